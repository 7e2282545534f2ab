/* SPDX-License-Identifier: ISC
 * How far a network address reaches: what a request that others can cause may be sent to. */
#ifndef AUTHORITY_REACH_H
#define AUTHORITY_REACH_H

#include <stdbool.h>

struct sockaddr;

enum reach {
	REACH_PUBLIC,
	REACH_LOOPBACK, /* this host itself */
	REACH_SPECIAL,  /* private, link-local, shared by carriers, multicast, documentation, ...: no server of the public network */
};

/* RFC 6890's registries of IPv4 and IPv6; an IPv4 address inside an IPv6 one (mapped, RFC 4291; NAT64, RFC 6052) reaches as it does by
 * itself. Of any other family: REACH_SPECIAL. */
enum reach reach_of(const struct sockaddr *a);

#endif
