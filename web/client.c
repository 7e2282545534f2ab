/* SPDX-License-Identifier: ISC */
#include "web/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

/* Lists may be spread over several headers (RFC 9110 section 5.3): the last of them has the last address. */
static const char *last_listed(const struct guard_head *h)
{
	const char *value = NULL, *comma;

	for (size_t i = 0; i < h->n && i < GUARD_HEADERS_MAX; i++)
		if (h->header[i].name_n == 15 && strncasecmp(h->header[i].name, "X-Forwarded-For", 15) == 0)
			value = h->header[i].value;
	if (value == NULL)
		return NULL;
	comma = strrchr(value, ',');
	value = comma == NULL ? value : comma + 1;
	return value + strspn(value, " \t");
}

bool client_forwarded(const struct guard_head *h, struct sockaddr_storage *out)
{
	struct sockaddr_storage four = { .ss_family = AF_INET }, six = { .ss_family = AF_INET6 };
	const char *last = last_listed(h);

	if (last == NULL)
		return false;
	if (inet_pton(AF_INET, last, &((struct sockaddr_in *)(void *)&four)->sin_addr) == 1) {
		*out = four;
		return true;
	}
	if (inet_pton(AF_INET6, last, &((struct sockaddr_in6 *)(void *)&six)->sin6_addr) == 1) {
		*out = six;
		return true;
	}
	return false;
}

void client_text(const struct sockaddr_storage *a, char out[static REQUEST_CLIENT_TEXT])
{
	const void *at = NULL;

	if (a->ss_family == AF_INET)
		at = &((const struct sockaddr_in *)(const void *)a)->sin_addr;
	if (a->ss_family == AF_INET6)
		at = &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;
	if (at == NULL || inet_ntop(a->ss_family, at, out, REQUEST_CLIENT_TEXT) == NULL)
		out[0] = '\0';
}
