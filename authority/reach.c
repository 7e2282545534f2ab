/* SPDX-License-Identifier: ISC */
#include "authority/reach.h"

#include <netinet/in.h>
#include <string.h>

#include "base/bytes.h"

struct block {
	uint32_t net;
	unsigned bits;
};

static const struct block special4[] = {
	{ 0x00000000, 8 },  /* this network */
	{ 0x0a000000, 8 },  /* RFC 1918 */
	{ 0x64400000, 10 }, /* RFC 6598 */
	{ 0xa9fe0000, 16 }, /* RFC 3927: also where clouds keep their credentials */
	{ 0xac100000, 12 }, /* RFC 1918 */
	{ 0xc0000000, 24 }, /* IETF protocols */
	{ 0xc0000200, 24 }, /* documentation */
	{ 0xc0586300, 24 }, /* 6to4 relays */
	{ 0xc0a80000, 16 }, /* RFC 1918 */
	{ 0xc6120000, 15 }, /* benchmarks */
	{ 0xc6336400, 24 }, /* documentation */
	{ 0xcb007100, 24 }, /* documentation */
	{ 0xe0000000, 3 },  /* multicast, reserved, broadcast */
};

/* By their first 32 bits, all within 2000::/3: nothing outside of it is public but what carries IPv4. */
static const struct block special6[] = {
	{ 0x20010000, 23 }, /* IETF protocols, Teredo */
	{ 0x20010db8, 32 }, /* documentation */
	{ 0x20020000, 16 }, /* 6to4 */
	{ 0x3fff0000, 20 }, /* documentation */
};

static bool within(uint32_t a, const struct block *blocks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((a ^ blocks[i].net) >> (32 - blocks[i].bits) == 0)
			return true;
	return false;
}

static enum reach reach4(uint32_t a)
{
	if (a >> 24 == 127)
		return REACH_LOOPBACK;
	return within(a, special4, sizeof(special4) / sizeof(special4[0])) ? REACH_SPECIAL : REACH_PUBLIC;
}

static enum reach reach6(const uint8_t a[static 16])
{
	static const uint8_t loopback[16] = { [15] = 1 };
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	static const uint8_t nat64[12] = { 0x00, 0x64, 0xff, 0x9b };

	if (memcmp(a, loopback, sizeof(loopback)) == 0)
		return REACH_LOOPBACK;
	if (memcmp(a, mapped, sizeof(mapped)) == 0 || memcmp(a, nat64, sizeof(nat64)) == 0)
		return reach4(bytes_u32(a + 12));
	if (a[0] >> 5 != 1)
		return REACH_SPECIAL;
	return within(bytes_u32(a), special6, sizeof(special6) / sizeof(special6[0])) ? REACH_SPECIAL : REACH_PUBLIC;
}

enum reach reach_of(const struct sockaddr *a)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (a->sa_family == AF_INET) {
		memcpy(&in, a, sizeof(in));
		return reach4(ntohl(in.sin_addr.s_addr));
	}
	if (a->sa_family == AF_INET6) {
		memcpy(&in6, a, sizeof(in6));
		return reach6(in6.sin6_addr.s6_addr);
	}
	return REACH_SPECIAL;
}
