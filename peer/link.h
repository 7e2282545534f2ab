/* SPDX-License-Identifier: ISC
 * The join link: http(s)://HOST[:PORT][/PATH]/g/NAME#sha256:GENESIS. It is all that a newcomer needs, and it pins the group. */
#ifndef PEER_LINK_H
#define PEER_LINK_H

#include "base/bytes.h"
#include "base/err.h"

enum { LINK_SERVER_MAX = 256, LINK_GROUP_MAX = 64, LINK_TEXT_MAX = LINK_SERVER_MAX + LINK_GROUP_MAX + DIGEST_TEXT + 8 };

struct join_link {
	char server[LINK_SERVER_MAX]; /* everything before "/g/": what the API's paths are put behind */
	char group[LINK_GROUP_MAX];
	struct digest genesis;
};

/* "bad_link", saying what is wrong. User names, passwords, queries and other characters than a link needs are refused. */
bool join_link_parse(const char *text, struct join_link *out, struct err *e);
void join_link_print(const struct join_link *l, char out[static LINK_TEXT_MAX]);

/* Is this a server that a link may name: http or https, host, perhaps a port and a path without a slash at its end? */
bool join_link_server(const char *server);

#endif
