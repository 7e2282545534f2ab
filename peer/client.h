/* SPDX-License-Identifier: ISC
 * Talking to a server's API: http and https alone, no redirects, deadlines, sizes capped. What comes back is believed by nobody yet. */
#ifndef PEER_CLIENT_H
#define PEER_CLIENT_H

#include "base/json.h"
#include "peer/link.h"

enum { CLIENT_SMALL = 256 * 1024, CLIENT_PATH_MAX = 1024 };

/* One server and one group; for one thread at a time. */
struct client;
/* `server` as join_link has it. NULL: "bad_link", "client_unavailable" (libcurl does not start), "no_memory". Free with client_free. */
struct client *client_new(const char *server, const char *group, struct err *e);
void client_free(struct client *c);
/* Seconds for one request, 60 at first, and for connecting, 10. */
void client_timeouts(struct client *c, long request, long connect);
/* How often a request is sent again when the server is busy (429, 503), 3 at first, waiting as long as it says, at most 5 seconds. */
void client_retries(struct client *c, unsigned n);

/* `path` is what follows /v1/groups/NAME, with its slash, or "" for the group itself. At most max bytes come in.
 * Errors: the problem's name when the server sends problem+json; "server_unreachable", "server_timeout", "server_certificate",
 * "too_large", "server_redirects", "server_error" (any other status than 2xx), "bad_answer" (not what was to come), json_read's. */
bool client_get(struct client *c, const char *path, size_t max, struct buf *out, struct err *e);
/* A JSON document; a new value, or NULL. */
json_t *client_get_json(struct client *c, const char *path, size_t max, struct err *e);
json_t *client_post(struct client *c, const char *path, const json_t *body, struct err *e);

/* Of the last request: HTTP status (0: there was no answer), and the seconds of Retry-After (-1: none). */
long client_status(const struct client *c);
long client_retry_after(const struct client *c);
/* Did the last request fail for want of a server that answers, so that trying again may help? */
bool client_is_down(const struct client *c);

#endif
