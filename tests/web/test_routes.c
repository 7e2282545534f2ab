/* SPDX-License-Identifier: ISC
 * The interface's description and the routes say the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/problem.h"
#include "web/routes.h"

static json_t *description(void)
{
	json_error_t e;
	json_t *doc = json_load_file("docs/openapi.json", JSON_REJECT_DUPLICATES, &e);

	if (doc == NULL)
		fail_msg("docs/openapi.json:%d: %s", e.line, e.text);
	return doc;
}

static void method_of(const struct route *r, char out[static 8])
{
	size_t n = 0;

	for (; r->method[n] != '\0' && n < 7; n++)
		out[n] = (char)tolower((unsigned char)r->method[n]);
	out[n] = '\0';
}

/* What is posted is taken, and something comes of it later; but for challenges, of which all is said at once,
 * and forms of pages, after which another page comes. */
static bool answers_as_it_should(const struct route *r, const json_t *responses)
{
	const bool posted = strcmp(r->method, "POST") == 0, at_once = strncmp(r->pattern, "/v1/groups/{g}/challenges", 25) == 0;

	if (posted && strncmp(r->pattern, "/g/", 3) == 0)
		return json_object_get(responses, "303") != NULL;
	return (json_object_get(responses, "202") != NULL) == (posted && !at_once) &&
		(!at_once || json_object_get(responses, "200") != NULL || json_object_get(responses, "201") != NULL);
}

static void every_route_is_described(void **state)
{
	json_t *doc = description();
	size_t n;
	const struct route *routes = routes_all(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const json_t *path = json_object_get(json_object_get(doc, "paths"), routes[i].pattern), *op;
		char method[8];

		method_of(&routes[i], method);
		op = json_object_get(path, method);
		if (op == NULL)
			fail_msg("%s %s is not described", routes[i].method, routes[i].pattern);
		if ((json_object_get(op, "requestBody") != NULL) != (routes[i].body_max > 0))
			fail_msg("%s %s: a body is described, or taken, and not both", routes[i].method, routes[i].pattern);
		if (!answers_as_it_should(&routes[i], json_object_get(op, "responses")))
			fail_msg("%s %s: what is posted is answered with 202, and challenges at once", routes[i].method, routes[i].pattern);
	}
	json_decref(doc);
}

static bool is_route(const char *path, const char *method)
{
	size_t n;
	const struct route *routes = routes_all(&n);
	char own[8];

	for (size_t i = 0; i < n; i++) {
		method_of(&routes[i], own);
		if (strcmp(routes[i].pattern, path) == 0 && strcmp(own, method) == 0)
			return true;
	}
	return false;
}

static void every_description_is_a_route(void **state)
{
	json_t *doc = description();
	const char *path, *method;
	json_t *ops, *op;

	(void)state;
	json_object_foreach(json_object_get(doc, "paths"), path, ops) json_object_foreach(ops, method, op) if (!is_route(path, method))
		fail_msg("%s %s is described and answers nothing", method, path);
	json_decref(doc);
}

/* Each {name} of a path is a parameter; names are used once in a path. */
static void paths_and_parameters_agree(void **state)
{
	json_t *doc = description();
	const char *path, *method;
	json_t *ops, *op, *p;
	size_t i;

	(void)state;
	json_object_foreach(json_object_get(doc, "paths"), path, ops)
	{
		json_object_foreach(ops, method, op)
		{
			size_t in_path = 0, braces = 0;

			json_array_foreach(json_object_get(op, "parameters"), i, p)
			{
				char segment[80];

				if (strcmp(json_string_value(json_object_get(p, "in")), "path") != 0)
					continue;
				snprintf(segment, sizeof(segment), "{%s}", json_string_value(json_object_get(p, "name")));
				assert_non_null(strstr(path, segment));
				in_path++;
			}
			for (const char *c = path; *c != '\0'; c++)
				braces += *c == '{';
			assert_int_equal(in_path, braces);
		}
	}
	json_decref(doc);
}

/* A problem that is named for a status has that status. */
static void named_problems_have_their_status(void **state)
{
	json_t *doc = description();
	const char *path, *method, *status;
	json_t *ops, *op, *response;

	(void)state;
	json_object_foreach(json_object_get(doc, "paths"), path, ops) json_object_foreach(ops, method, op)
		json_object_foreach(json_object_get(op, "responses"), status, response)
	{
		const char *text = json_string_value(json_object_get(response, "description"));

		if (status[0] != '4')
			continue;
		for (const char *p = text; *p != '\0'; p += strspn(p, " ,.:")) {
			size_t n = strcspn(p, " ,.:");
			char word[48];
			bool known;
			const struct problem *row;

			snprintf(word, sizeof(word), "%.*s", (int)(n < 47 ? n : 47), p);
			p += n;
			if (strchr(word, '_') == NULL)
				continue;
			row = problem_find(word, &known);
			if (!known || (int)row->status != atoi(status))
				fail_msg("%s %s: %s is not answered with %s", method, path, word, status);
		}
	}
	json_decref(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_route_is_described),
		cmocka_unit_test(every_description_is_a_route),
		cmocka_unit_test(paths_and_parameters_agree),
		cmocka_unit_test(named_problems_have_their_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
