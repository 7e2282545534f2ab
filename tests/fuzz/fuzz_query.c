/* SPDX-License-Identifier: ISC
 * A whole request as handlers see it: its route, its query, the headers that they look at, its body as a form. */
#include "tests/fuzz/head.h"
#include "web/routes.h"
#include "web/utf8.h"

static void pairs(const struct form *f)
{
	for (size_t i = 0; i < f->n; i++)
		CHECK(f->pair[i].name[0] != '\0' && utf8_valid(slice_str(f->pair[i].name)) && utf8_valid(slice_str(f->pair[i].value)));
}

/* What a segment stood for is one segment again, and its name is one of the pattern's. */
static void args(const struct request *q, const struct route *route)
{
	for (size_t i = 0; i < q->args.n; i++) {
		const char *value = q->args.arg[i].value;
		size_t n = strcspn(q->args.arg[i].name, "}");
		char name[64];

		CHECK(n > 0 && n < sizeof(name));
		memcpy(name, q->args.arg[i].name, n);
		name[n] = '\0';
		CHECK(strstr(route->pattern, name) != NULL && request_arg(q, name) != NULL);
		CHECK(value[0] != '\0' && strchr(value, '/') == NULL && utf8_valid(slice_str(value)));
		CHECK(strcmp(value, ".") != 0 && strcmp(value, "..") != 0);
	}
	CHECK(request_arg(q, "no such name") == NULL);
}

static void find(struct request *q)
{
	const struct route *routes, *route;
	struct buf allow = { 0 };
	size_t n;

	routes = routes_all(&n);
	switch (route_find(routes, n, q->method, q->path, &q->args, &route)) {
	case ROUTE_FOUND:
		args(q, route);
		break;
	case ROUTE_NO_METHOD:
		route_allow(routes, n, q->path, &allow);
		CHECK(allow.n > 0 && route == NULL);
		break;
	case ROUTE_NO_PATH:
		CHECK(route == NULL && q->args.n == 0);
		break;
	}
	buf_free(&allow);
}

static void body(struct request *q)
{
	struct err e = { 0 };
	struct form f;

	CHECK(!(request_is_json(q) && request_is_form(q)));
	request_wants_html(q);
	if (request_form(q, &f, &e)) {
		CHECK(request_is_form(q));
		pairs(&f);
	} else {
		refused(&e);
	}
	form_free(&f);
}

static void request(const struct guard_head *h, char *target, struct slice rest)
{
	struct request q = { .method = h->method, .path = target, .body = rest };
	char *query = strchr(target, '?');
	struct err e = { 0 };

	if (query != NULL)
		*query++ = '\0';
	find(&q);
	if (query != NULL && !form_parse(slice_str(query), FORM_QUERY, &q.query, &e))
		refused(&e);
	pairs(&q.query);
	err_clear(&e);
	if (!request_headers(&q, h, &e))
		refused(&e);
	body(&q);
	form_free(&q.query);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static char target[GUARD_TARGET_MAX + 2];
	char *text = malloc(n + 1);
	struct guard_head h;

	CHECK(text != NULL);
	memcpy(text, p, n);
	text[n] = '\0';
	memset(&h, 0, sizeof(h));
	/* The guard counts headers before anybody looks at them. */
	if (cut_up(text, &h, target) && h.n <= GUARD_HEADERS_MAX)
		request(&h, target, slice_of(p + h.size, n - h.size));
	free(text);
	return 0;
}
