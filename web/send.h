/* SPDX-License-Identifier: ISC
 * A reply on its way out: the headers that every answer carries, and the hand-over to libmicrohttpd. */
#ifndef WEB_SEND_H
#define WEB_SEND_H

#include <microhttpd.h>

#include "web/reply.h"

/* Queues the reply; its body and headers are taken over or copied. *bytes: size of the body. False when memory is out or the library
 * refuses: the connection must then be closed. */
bool send_reply(struct MHD_Connection *connection, struct reply *r, const struct request *q, size_t *bytes);

#endif
