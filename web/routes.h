/* SPDX-License-Identifier: ISC
 * All addresses of the service. docs/openapi.json tells the same (tests/web/test_routes.c). */
#ifndef WEB_ROUTES_H
#define WEB_ROUTES_H

#include "web/route.h"

const struct route *routes_all(size_t *n);

#endif
