/* SPDX-License-Identifier: ISC */
#include "web/route.h"

#include <string.h>

static bool is_plain(const char *s)
{
	if (s[0] == '\0' || strcmp(s, ".") == 0 || strcmp(s, "..") == 0)
		return false;
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f || *s == '/')
			return false;
	return true;
}

/* A {name} takes one segment. */
static bool take_arg(struct request_args *args, const char *name, const char *segment, size_t n)
{
	char text[3 * REQUEST_ARG_MAX + 1];

	if (args->n == REQUEST_ARGS_MAX || n >= sizeof(text))
		return false;
	if (!form_unescape(slice_of(segment, n), false, text) || !is_plain(text) || strlen(text) > REQUEST_ARG_MAX)
		return false;
	args->arg[args->n].name = name;
	memcpy(args->arg[args->n].value, text, strlen(text) + 1);
	args->n++;
	return true;
}

static bool matches(const char *pattern, const char *path, struct request_args *args)
{
	args->n = 0;
	while (*pattern == '/' && *path == '/') {
		size_t p = strcspn(++pattern, "/");
		size_t s = strcspn(++path, "/");

		if (*pattern == '{' && !take_arg(args, pattern + 1, path, s))
			return false;
		if (*pattern != '{' && (p != s || memcmp(pattern, path, s) != 0))
			return false;
		pattern += p;
		path += s;
	}
	return *pattern == '\0' && *path == '\0';
}

enum route_result route_find(
	const struct route *routes, size_t n, const char *method, const char *path, struct request_args *args, const struct route **out)
{
	enum route_result result = ROUTE_NO_PATH;
	const bool head = strcmp(method, "HEAD") == 0;

	for (size_t i = 0; i < n; i++) {
		if (!matches(routes[i].pattern, path, args))
			continue;
		result = ROUTE_NO_METHOD;
		if (strcmp(routes[i].method, head ? "GET" : method) == 0 && !(head && (routes[i].flags & ROUTE_ONCE) != 0)) {
			*out = &routes[i];
			return ROUTE_FOUND;
		}
	}
	args->n = 0;
	*out = NULL;
	return result;
}

void route_allow(const struct route *routes, size_t n, const char *path, struct buf *out)
{
	struct request_args args;
	const char *between = "";

	for (size_t i = 0; i < n; i++) {
		if (!matches(routes[i].pattern, path, &args))
			continue;
		buf_printf(out, "%s%s%s", between, routes[i].method,
			strcmp(routes[i].method, "GET") == 0 && (routes[i].flags & ROUTE_ONCE) == 0 ? ", HEAD" : "");
		between = ", ";
	}
}
