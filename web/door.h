/* SPDX-License-Identifier: ISC
 * The door: one thread that accepts connections and closes those that are too slow.
 *
 * Accepting is not left to libmicrohttpd, because MHD_quiesce_daemon races with its own threads for the listening socket and aborts
 * the process when it loses; and because its timeout is for idleness only, which a client that sends one byte at a time never is. */
#ifndef WEB_DOOR_H
#define WEB_DOOR_H

#include "web/conns.h"

/* A listening TCP socket. address: numeric, IPv4 or IPv6 ("::" takes both). port 0: any; *bound tells which. -1 with e:
 * "bad_address", "address_in_use", "cannot_listen". */
int door_listen(const char *address, unsigned port, unsigned *bound, struct err *e);

struct door;
/* Starts the thread. give: passes an admitted socket on; it owns fd from then on, and returns false when it has closed it already.
 * Takes fd over, even when it fails ("no_memory", "cannot_start"). */
struct door *door_open(
	int fd, struct conns *cs, bool (*give)(void *arg, int fd, const struct sockaddr *from, socklen_t n), void *arg, struct err *e);
/* Accepts nobody any more; slow connections are still closed. */
void door_quiesce(struct door *d);
/* Ends the thread. NULL ok. */
void door_close(struct door *d);

#endif
