// GEOS, by its reentrant interface only. The message handler of GEOS is variadic, which Swift cannot write, so none is set.
#include <geos_c.h>
