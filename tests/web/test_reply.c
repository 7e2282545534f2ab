/* SPDX-License-Identifier: ISC */
#include "tests/web/raw.h"

#include "base/json.h"
#include "web/problem.h"
#include "web/reply.h"

static const char *header(const struct reply *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcasecmp(r->header[i].name, name) == 0)
			return r->header[i].value;
	return NULL;
}

static json_t *problem(struct reply *r)
{
	json_t *o = json_read(buf_slice(&r->body), 10000, NULL);

	assert_string_equal(r->type, "application/problem+json");
	assert_non_null(o);
	return o;
}

static const char *text(json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static void refusals_are_problems(void **state)
{
	struct reply r = { .id = "0123456789abcdef" };
	struct err e = { 0 };
	json_t *o;

	(void)state;
	err_set(&e, "wrong_context", "made for group \"x\"");
	snprintf(e.pointer, sizeof(e.pointer), "/payload/genesis");
	e.line = 3;
	e.column = 9;
	reply_problem(&r, &e);
	assert_int_equal(r.status, 403);
	o = problem(&r);
	assert_string_equal(text(o, "type"), "urn:charterhouse:problem:wrong_context");
	assert_string_equal(text(o, "title"), "Made for another context");
	assert_string_equal(text(o, "detail"), "made for group \"x\"");
	assert_string_equal(text(o, "pointer"), "/payload/genesis");
	assert_string_equal(text(o, "instance"), "urn:charterhouse:request:0123456789abcdef");
	assert_int_equal(json_integer_value(json_object_get(o, "status")), 403);
	assert_int_equal(json_integer_value(json_object_get(o, "line")), 3);
	assert_int_equal(json_integer_value(json_object_get(o, "column")), 9);
	assert_true(err_is(&r.err, "wrong_context"));
	json_decref(o);
	reply_free(&r);
}

static void unknown_names_tell_nothing(void **state)
{
	struct reply r = { 0 };
	struct err e = { 0 };
	json_t *o;

	(void)state;
	err_set(&e, "pg_17", "password of the database");
	reply_problem(&r, &e);
	assert_int_equal(r.status, 500);
	o = problem(&r);
	assert_string_equal(text(o, "type"), "urn:charterhouse:problem:internal");
	assert_null(json_object_get(o, "detail"));
	assert_null(json_object_get(o, "pointer"));
	assert_true(err_is(&r.err, "pg_17"));
	json_decref(o);
	reply_free(&r);
}

/* The error may be the reply's own, and its text may have been cut within a character. */
static void problems_can_be_retried_and_cut(void **state)
{
	struct reply r = { 0 };
	struct err e = { 0 };
	json_t *o;

	(void)state;
	err_set(&e, "busy", "caf\xc3");
	reply_header(&r, "ETag", "\"x\"");
	reply_problem(&r, &e);
	reply_problem(&r, &r.err);
	assert_int_equal(r.status, 503);
	assert_string_equal(header(&r, "Retry-After"), "1");
	assert_null(header(&r, "ETag"));
	o = problem(&r);
	assert_string_equal(text(o, "detail"), "caf?");
	json_decref(o);
	reply_free(&r);
}

static void every_row_is_well_formed(void **state)
{
	size_t n;
	const struct problem *p = problem_table(&n);

	(void)state;
	assert_true(n > 40);
	for (size_t i = 0; i < n; i++) {
		bool known;

		assert_ptr_equal(problem_find(p[i].name, &known), &p[i]);
		assert_true(known);
		assert_true(strlen(p[i].title) > 0 && p[i].status >= 400 && p[i].status < 600);
		assert_int_equal(strspn(p[i].name, "abcdefghijklmnopqrstuvwxyz_0123456789"), strlen(p[i].name));
	}
}

static void json_is_taken_over(void **state)
{
	struct reply r = { 0 };

	(void)state;
	reply_json(&r, 201, json_pack("{s:i}", "a", 1));
	assert_int_equal(r.status, 201);
	assert_string_equal(r.type, "application/json");
	assert_true(slice_equal(buf_slice(&r.body), slice_str("{\"a\":1}")));
	reply_json(&r, 200, NULL);
	assert_int_equal(r.status, 503);
	reply_free(&r);
}

static void headers_cannot_be_split(void **state)
{
	struct reply r = { 0 };

	(void)state;
	reply_header(&r, "Location", "/a%s", "\r\nSet-Cookie: x");
	assert_int_equal(r.n, 0);
	for (int i = 0; i < REPLY_HEADERS_MAX + 3; i++)
		reply_header(&r, "X", "%d", i);
	assert_int_equal(r.n, REPLY_HEADERS_MAX);
	reply_free(&r);
	reply_accepted(&r, NULL, 5, "/v1/%d", 7);
	assert_int_equal(r.status, 202);
	assert_string_equal(header(&r, "Location"), "/v1/7");
	assert_string_equal(header(&r, "Retry-After"), "5");
	reply_free(&r);
}

static unsigned etag_status(const char *if_none_match)
{
	struct request q = { 0 };
	struct reply r = { 0 };
	unsigned status;

	q.header[REQUEST_IF_NONE_MATCH] = if_none_match;
	reply_bytes(&r, 200, "text/plain", slice_str("x"));
	assert_false(reply_etag_is(&q, &r, "t7") && r.body.n > 0);
	assert_string_equal(header(&r, "ETag"), "\"t7\"");
	status = r.status;
	reply_free(&r);
	return status;
}

static void tags_save_bodies(void **state)
{
	struct request q = { 0 };
	struct reply r = { 0 };
	char tag[64];

	(void)state;
	assert_int_equal(etag_status(NULL), 200);
	assert_int_equal(etag_status("\"t7\""), 304);
	assert_int_equal(etag_status("W/\"t7\""), 304);
	assert_int_equal(etag_status("\"a\", \"t7\""), 304);
	assert_int_equal(etag_status("*"), 304);
	assert_int_equal(etag_status("\"t\""), 200);
	assert_int_equal(etag_status("\"t77\""), 200);
	assert_int_equal(etag_status("t7"), 200);
	assert_int_equal(etag_status(""), 200);
	assert_int_equal(etag_status(", ,"), 200);
	reply_bytes(&r, 200, "text/plain", slice_str("x"));
	reply_etag(&q, &r);
	snprintf(tag, sizeof(tag), "%s", header(&r, "ETag"));
	reply_free(&r);
	q.header[REQUEST_IF_NONE_MATCH] = tag;
	reply_bytes(&r, 200, "text/plain", slice_str("y"));
	reply_etag(&q, &r);
	assert_int_equal(r.status, 200);
	reply_free(&r);
	reply_bytes(&r, 200, "text/plain", slice_str("x"));
	reply_etag(&q, &r);
	assert_int_equal(r.status, 304);
	assert_int_equal(r.body.n, 0);
	reply_free(&r);
}

static void preconditions_hold_or_not(void **state)
{
	struct request q = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_true(reply_precondition(&q, "t", &e));
	q.header[REQUEST_IF_MATCH] = "\"t\"";
	assert_true(reply_precondition(&q, "t", &e));
	/* RFC 9110 section 13.1.1: strong comparison. */
	q.header[REQUEST_IF_MATCH] = "W/\"t\"";
	assert_false(reply_precondition(&q, "t", &e));
	assert_true(err_is(&e, "precondition_failed"));
}

static void media_types_are_read(void **state)
{
	static const struct {
		const char *type;
		bool json, form;
	} cases[] = {
		{ NULL, false, false },
		{ "application/json", true, false },
		{ "Application/JSON; charset=UTF-8", true, false },
		{ "application/json; charset=latin1", false, false },
		{ "application/jose+json", true, false },
		{ "application/jsonx", false, false },
		{ "application/+json", false, false },
		{ "text/json", false, false },
		{ "application/x-www-form-urlencoded", false, true },
		{ "", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct request q = { 0 };

		q.header[REQUEST_CONTENT_TYPE] = cases[i].type;
		assert_int_equal(request_is_json(&q), cases[i].json);
		assert_int_equal(request_is_form(&q), cases[i].form);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals_are_problems),
		cmocka_unit_test(unknown_names_tell_nothing),
		cmocka_unit_test(problems_can_be_retried_and_cut),
		cmocka_unit_test(every_row_is_well_formed),
		cmocka_unit_test(json_is_taken_over),
		cmocka_unit_test(headers_cannot_be_split),
		cmocka_unit_test(tags_save_bodies),
		cmocka_unit_test(preconditions_hold_or_not),
		cmocka_unit_test(media_types_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
