/* SPDX-License-Identifier: ISC */
#include "tests/web/raw.h"

#include "web/route.h"

static const struct route routes[] = {
	{ .method = "GET", .pattern = "/" },
	{ .method = "GET", .pattern = "/v1/groups/{g}" },
	{ .method = "GET", .pattern = "/v1/groups/{g}/proposals/open" },
	{ .method = "GET", .pattern = "/v1/groups/{g}/proposals/{id}" },
	{ .method = "POST", .pattern = "/v1/groups/{g}/proposals/{id}" },
	{ .method = "GET", .pattern = "/once", .flags = ROUTE_LIMITED | ROUTE_ONCE },
};
enum { ROUTES = sizeof(routes) / sizeof(routes[0]) };

static int find(const char *method, const char *path, struct request *q)
{
	const struct route *r = NULL;

	memset(q, 0, sizeof(*q));
	if (route_find(routes, ROUTES, method, path, &q->args, &r) != ROUTE_FOUND)
		return -1;
	return (int)(r - routes);
}

static void paths_find_their_rows(void **state)
{
	struct request q;

	(void)state;
	assert_int_equal(find("GET", "/", &q), 0);
	assert_int_equal(find("HEAD", "/v1/groups/demo", &q), 1);
	assert_string_equal(request_arg(&q, "g"), "demo");
	assert_int_equal(find("GET", "/v1/groups/demo/proposals/open", &q), 2);
	assert_int_equal(find("POST", "/v1/groups/a%62c/proposals/1%2E7", &q), 4);
	assert_string_equal(request_arg(&q, "g"), "abc");
	assert_string_equal(request_arg(&q, "id"), "1.7");
	assert_null(request_arg(&q, "i"));
	assert_null(request_arg(&q, "x"));
}

static void odd_paths_find_nothing(void **state)
{
	static const char *const odd[] = { "", "/v1", "/v1/groups/", "/v1/groups/a/", "//v1/groups/a", "/v1/groups//proposals/open",
		"/v1/groups/..", "/v1/groups/%2e%2e", "/v1/groups/a%2fb", "/v1/groups/a%00", "/v1/groups/a%0a", "/v1/groups/a%",
		"/v1/groups/a%zz", "/v1/groups/%ff", "/v1/groups/%c0%af", "/v1/gr%6fups/a", "/V1/groups/a" };
	char path[600] = "/v1/groups/";
	struct request q;

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		if (find("GET", odd[i], &q) != -1)
			fail_msg("found: %s", odd[i]);
	memset(path + 11, 'a', REQUEST_ARG_MAX);
	assert_int_equal(find("GET", path, &q), 1);
	memset(path + 11, 'a', REQUEST_ARG_MAX + 1);
	assert_int_equal(find("GET", path, &q), -1);
	memset(path + 11, 'a', 500);
	assert_int_equal(find("GET", path, &q), -1);
}

static void methods_are_told(void **state)
{
	const struct route *r;
	struct request_args args;
	struct buf b = { 0 };

	(void)state;
	assert_int_equal(route_find(routes, ROUTES, "PUT", "/v1/groups/a/proposals/1", &args, &r), ROUTE_NO_METHOD);
	assert_int_equal(route_find(routes, ROUTES, "get", "/", &args, &r), ROUTE_NO_METHOD);
	assert_int_equal(route_find(routes, ROUTES, "GET", "/x", &args, &r), ROUTE_NO_PATH);
	route_allow(routes, ROUTES, "/v1/groups/a/proposals/1", &b);
	assert_string_equal(buf_cstr(&b), "GET, HEAD, POST");
	buf_free(&b);
	assert_int_equal(route_find(routes, ROUTES, "GET", "/once", &args, &r), ROUTE_FOUND);
	assert_int_equal(route_find(routes, ROUTES, "HEAD", "/once", &args, &r), ROUTE_NO_METHOD);
	route_allow(routes, ROUTES, "/once", &b);
	assert_string_equal(buf_cstr(&b), "GET");
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_find_their_rows),
		cmocka_unit_test(odd_paths_find_nothing),
		cmocka_unit_test(methods_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
