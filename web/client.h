/* SPDX-License-Identifier: ISC
 * Who asks: the client's address, seen directly or told by a proxy. */
#ifndef WEB_CLIENT_H
#define WEB_CLIENT_H

#include <sys/socket.h>

#include "web/request.h"

/* The last address in X-Forwarded-For, which is the one that the nearest proxy added. False when there is none or it is malformed. */
bool client_forwarded(const struct guard_head *h, struct sockaddr_storage *out);
/* The address as text, without port; empty when it is no IP address. */
void client_text(const struct sockaddr_storage *a, char out[static REQUEST_CLIENT_TEXT]);

#endif
