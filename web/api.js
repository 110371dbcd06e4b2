// The API page: Swagger UI on this server's own OpenAPI document, with the token of the map page if one was entered.
import { token } from './map/api.js';

window.SwaggerUIBundle({
  url: new URL('api', document.baseURI).href,
  dom_id: '#api',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: -1,
  validatorUrl: null, // would ask a server elsewhere
  requestInterceptor(request) {
    if (token()) request.headers.Authorization = `Bearer ${token()}`;
    return request;
  },
});
