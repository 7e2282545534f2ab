/* SPDX-License-Identifier: ISC
 * Files that pages need, compiled in. Their addresses carry the digest of what they hold, so that readers may keep them for ever. */
#ifndef WEB_ASSET_H
#define WEB_ASSET_H

#include "web/reply.h"

enum { ASSET_ADDRESS_MAX = 64 };

/* "/static/style-Jx0c3w9QeKpF.css" of "style.css"; empty for a name that is none. */
void asset_address(const char *name, char out[static ASSET_ADDRESS_MAX]);
/* GET /static/{name} */
void asset_get(void *ctx, const struct request *q, struct reply *r);

#endif
