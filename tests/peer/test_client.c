/* SPDX-License-Identifier: ISC
 * The client against a server that answers as it should, and as it should not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peer/client.h"
#include "tests/peer/served.h"

/* What the next requests get. */
struct script {
	struct {
		int status;
		const char *headers, *body;
		size_t claimed, repeat; /* repeat: the body is so many bytes of 'a' in a JSON string */
	} steps[4];
	unsigned at;
	char method[8], path[256], body[512];
};

static void play(void *arg, const char *method, const char *path, const char *body, struct served_answer *out)
{
	struct script *s = arg;
	unsigned i = s->at < 3 ? s->at++ : 3;

	snprintf(s->method, sizeof(s->method), "%s", method);
	snprintf(s->path, sizeof(s->path), "%s", path);
	snprintf(s->body, sizeof(s->body), "%s", body);
	out->headers = s->steps[i].headers;
	out->claimed = s->steps[i].claimed;
	if (s->steps[i].repeat > 0) {
		out->n = s->steps[i].repeat;
		out->body = malloc(out->n + 1);
		memset(out->body, 'a', out->n);
		memcpy(out->body, "[\"", 2);
		memcpy(out->body + out->n - 2, "\"]", 2);
	} else if (s->steps[i].body != NULL) {
		served_say(out, 0, s->steps[i].body);
	}
	out->status = s->steps[i].status;
}

static struct script script;
static struct served *server;
static struct client *client;

static int up(void **state)
{
	(void)state;
	memset(&script, 0, sizeof(script));
	server = served_start(play, &script);
	client = client_new(served_url(server), "demo", NULL);
	return client != NULL ? 0 : -1;
}

static int down(void **state)
{
	(void)state;
	client_free(client);
	served_stop(server);
	return 0;
}

static void gets(void **state)
{
	struct err e = { 0 };
	json_t *doc;

	(void)state;
	script.steps[0].status = 200;
	script.steps[0].headers = "Retry-After: 7\r\n";
	script.steps[0].body = "{\"a\":1}";
	doc = client_get_json(client, "/log/head", CLIENT_SMALL, &e);
	assert_non_null(doc);
	assert_int_equal(json_integer_value(json_object_get(doc, "a")), 1);
	json_decref(doc);
	assert_string_equal(script.method, "GET");
	assert_string_equal(script.path, "/v1/groups/demo/log/head");
	assert_int_equal(client_status(client), 200);
	assert_int_equal(client_retry_after(client), 7);
	assert_false(client_is_down(client));
}

static void posts(void **state)
{
	json_t *body = json_pack("{s:s}", "vote", "yes"), *doc;
	struct err e = { 0 };

	(void)state;
	script.steps[0].status = 202;
	script.steps[0].body = "{\"receipt\":{}}";
	doc = client_post(client, "/proposals/1/votes", body, &e);
	assert_non_null(doc);
	assert_non_null(json_object_get(doc, "receipt"));
	assert_string_equal(script.method, "POST");
	assert_string_equal(script.body, "{\"vote\":\"yes\"}");
	assert_int_equal(client_retry_after(client), -1);
	json_decref(doc);
	json_decref(body);
}

/* The next answer is an error of this name. */
static void gets_error(const char *name)
{
	struct err e = { 0 };
	json_t *doc = client_get_json(client, "/x", 1000, &e);

	assert_null(doc);
	assert_string_equal(e.name, name);
	assert_true(e.text[0] != '\0');
}

static void problems(void **state)
{
	static const struct {
		int status;
		const char *body, *name;
		bool down;
	} rows[] = {
		{ 403, "{\"type\":\"urn:charterhouse:problem:not_a_member\",\"title\":\"Not a member\",\"detail\":\"no\"}", "not_a_member",
			false },
		{ 409, "{\"type\":\"urn:charterhouse:problem:closed\",\"title\":\"Closed\"}", "closed", false },
		{ 500, "{\"type\":\"urn:charterhouse:problem:internal\"}", "internal", true },
		{ 404, "<html>not ours</html>", "server_error", false },
		{ 502, "", "server_error", true },
		{ 403, "{\"type\":\"https://elsewhere/closed\"}", "server_error", false },
		{ 403, "{\"type\":\"urn:charterhouse:problem:Bad Name\\u001b\"}", "server_error", false },
		{ 403, "{\"type\":\"urn:charterhouse:problem:\"}", "server_error", false },
		{ 200, "not json", "bad_answer", false },
		{ 200, "{\"a\":1,\"a\":2}", "bad_answer", false },
	};

	(void)state;
	client_retries(client, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		script.at = 0;
		script.steps[0].status = rows[i].status;
		script.steps[0].body = rows[i].body;
		gets_error(rows[i].name);
		assert_int_equal(client_is_down(client), rows[i].down);
	}
}

static void control_bytes_are_tamed(void **state)
{
	struct err e = { 0 };

	(void)state;
	script.steps[0].status = 403;
	script.steps[0].body = "{\"type\":\"urn:charterhouse:problem:closed\",\"detail\":\"\\u001b[31mred\"}";
	assert_null(client_get_json(client, "/x", 1000, &e));
	assert_string_equal(e.text, "?[31mred");
}

static void redirects_are_not_followed(void **state)
{
	(void)state;
	script.steps[0].status = 302;
	script.steps[0].headers = "Location: http://127.0.0.1:1/elsewhere\r\n";
	gets_error("server_redirects");
	assert_int_equal(served_count(server), 1);
}

static void size_is_capped(void **state)
{
	struct buf out = { 0 };
	struct err e = { 0 };

	(void)state;
	script.steps[0].status = script.steps[1].status = 200;
	script.steps[0].repeat = 1001;
	gets_error("too_large");
	script.steps[1].repeat = 1000;
	assert_true(client_get(client, "/x", 1000, &out, &e));
	assert_int_equal(out.n, 1000);
	buf_free(&out);
}

static void busy_is_tried_again(void **state)
{
	json_t *doc;

	(void)state;
	script.steps[0].status = 503;
	script.steps[0].headers = "Retry-After: 0\r\n";
	script.steps[0].body = "{\"type\":\"urn:charterhouse:problem:busy\"}";
	script.steps[1].status = 200;
	script.steps[1].body = "{}";
	doc = client_get_json(client, "/x", 1000, NULL);
	assert_non_null(doc);
	assert_int_equal(served_count(server), 2);
	json_decref(doc);
	client_retries(client, 0);
	script.at = 0;
	gets_error("busy");
	assert_int_equal(served_count(server), 3);
	assert_true(client_is_down(client));
}

static void silence_has_an_end(void **state)
{
	(void)state;
	client_timeouts(client, 1, 1);
	script.steps[0].status = -1;
	gets_error("server_timeout");
	assert_int_equal(client_status(client), 0);
	assert_true(client_is_down(client));
}

static void broken_off(void **state)
{
	(void)state;
	script.steps[0].status = 0;
	gets_error("server_unreachable");
	script.steps[1].status = 200;
	script.steps[1].body = "{}";
	script.steps[1].claimed = 100;
	gets_error("server_unreachable");
}

static void nobody_there(void **state)
{
	struct client *c = client_new("http://127.0.0.1:1", "demo", NULL);
	struct err e = { 0 };

	(void)state;
	assert_non_null(c);
	assert_null(client_get_json(c, "", 1000, &e));
	assert_string_equal(e.name, "server_unreachable");
	client_free(c);
}

static void other_schemes(void **state)
{
	static const char *const bad[] = { "file:///etc/passwd", "ftp://127.0.0.1", "127.0.0.1:80", "http://a@127.0.0.1" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e = { 0 };

		assert_null(client_new(bad[i], "demo", &e));
		assert_string_equal(e.name, "bad_link");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(gets, up, down),
		cmocka_unit_test_setup_teardown(posts, up, down),
		cmocka_unit_test_setup_teardown(problems, up, down),
		cmocka_unit_test_setup_teardown(control_bytes_are_tamed, up, down),
		cmocka_unit_test_setup_teardown(redirects_are_not_followed, up, down),
		cmocka_unit_test_setup_teardown(size_is_capped, up, down),
		cmocka_unit_test_setup_teardown(busy_is_tried_again, up, down),
		cmocka_unit_test_setup_teardown(silence_has_an_end, up, down),
		cmocka_unit_test_setup_teardown(broken_off, up, down),
		cmocka_unit_test(nobody_there),
		cmocka_unit_test(other_schemes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
