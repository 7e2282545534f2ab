/* SPDX-License-Identifier: ISC
 * What a provider's answer must say, and how it is asked: against a server in this process that answers once, byte by byte as told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "authority/external.h"
#include "base/jwk.h"
#include "base/time.h"

enum { NOW = 1800000000, PATIENT = 60000, HURRIED = 200 };
static const struct digest key = { { 1, 2, 3 } };

static struct provider provider(const char *name)
{
	struct provider p = { .row = provider_row(name),
		.label = "people",
		.secret = "s&cret=+%\xc3\xa9",
		.hostname = "groups.example",
		.allow_private = true,
		.timeout = PATIENT };

	assert_non_null(p.row);
	return p;
}

/* ---- what an answer says */

static void expect_read(const struct provider *p, const char *reply, const char *name)
{
	struct external_word out = { 0 };
	struct err e = { 0 };
	bool ok = external_read(slice_str(reply), p, &key, NOW, &out, &e);

	assert_string_equal(e.name, name);
	assert_int_equal(ok, name[0] == '\0');
}

#define HERE "\"success\":true,\"hostname\":\"groups.example\""
#define NOW_TS "\"challenge_ts\":\"2027-01-15T08:00:00Z\"" /* NOW */
#define GOOD HERE "," NOW_TS

static void test_what_an_answer_says(void **state)
{
	static const struct {
		const char *reply, *name;
	} cases[] = {
		{ "{" GOOD "}", "" },
		{ "{" GOOD ",\"credit\":false,\"error-codes\":[],\"action\":null,\"cdata\":\"\"}", "" },
		{ "{\"success\":true,\"hostname\":\"Groups.Example\"," NOW_TS "}", "" },
		{ "{" HERE "}", "provider_mismatch" },
		{ "{\"success\":false}", "provider_refused" },
		{ "{\"success\":true}", "provider_mismatch" },
		{ "{\"success\":true,\"hostname\":\"groups.example.evil.example\"}", "provider_mismatch" },
		{ "{\"success\":\"true\",\"hostname\":\"groups.example\"}", "provider_away" },
		{ "{\"success\":1,\"hostname\":\"groups.example\"}", "provider_away" },
		{ "{\"success\":true,\"hostname\":[\"groups.example\"]}", "provider_away" },
		{ "{\"success\":false," GOOD "}", "provider_away" },
		{ "{\"hostname\":\"groups.example\"}", "provider_away" },
		{ "[true]", "provider_away" },
		{ "{" GOOD, "provider_away" },
		{ "", "provider_away" },
	};
	const struct provider p = provider("hcaptcha");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_read(&p, cases[i].reply, cases[i].name);
}

static void test_times(void **state)
{
	/* NOW is 2027-01-15T08:00:00Z. */
	static const struct {
		const char *at, *name;
	} cases[] = {
		{ "2027-01-15T08:00:00Z", "" },
		{ "2027-01-15T07:55:00.999Z", "" },
		{ "2027-01-15T08:01:00.000000Z", "" },
		{ "2027-01-15T08:00:00+00:00", "" },
		{ "2027-01-15T07:54:59Z", "provider_mismatch" },
		{ "2027-01-15T08:01:01Z", "provider_mismatch" },
		{ "2027-01-15T08:00:00+01:00", "provider_mismatch" },
		{ "2027-01-15T08:00:00", "provider_mismatch" },
		{ "2027-01-15T08:00:00.Z", "provider_mismatch" },
		{ "yesterday", "provider_mismatch" },
	};
	const struct provider p = provider("custom");
	char reply[256];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(reply, sizeof(reply), "{" HERE ",\"challenge_ts\":\"%s\"}", cases[i].at);
		expect_read(&p, reply, cases[i].name);
	}
}

static void test_actions_and_keys(void **state)
{
	static const struct digest other = { { 9 } };
	struct provider p = provider("custom"), binding = provider("turnstile");
	struct external_word out = { 0 };
	char reply[256], thumb[THUMB_TEXT];

	(void)state;
	snprintf(p.action, sizeof(p.action), "join");
	expect_read(&p, "{" GOOD ",\"action\":\"join\"}", "");
	expect_read(&p, "{" GOOD ",\"action\":\"leave\"}", "provider_mismatch");
	expect_read(&p, "{" GOOD "}", "provider_mismatch");

	expect_read(&binding, "{" GOOD "}", "provider_mismatch");
	thumb_text(&key, thumb);
	snprintf(reply, sizeof(reply), "{" GOOD ",\"cdata\":\"%s\"}", thumb);
	assert_true(external_read(slice_str(reply), &binding, &key, NOW, &out, NULL));
	assert_true(out.bound);
	thumb_text(&other, thumb);
	snprintf(reply, sizeof(reply), "{" GOOD ",\"action\":\"join\",\"cdata\":\"%s\"}", thumb);
	expect_read(&binding, reply, "provider_mismatch");
	expect_read(&p, reply, "provider_mismatch");
}

/* Only plain words of the provider's, and four at most, come into a text that others read. */
static void test_the_providers_own_words(void **state)
{
	const struct provider p = provider("hcaptcha");
	struct external_word out;
	struct err e = { 0 };

	(void)state;
	assert_false(external_read(
		slice_str("{\"success\":false,\"error-codes\":[\"<b>\",7,\"timeout-or-duplicate\",\"\",\"a\",\"b\",\"c\",\"last\"]}"), &p,
		&key, NOW, &out, &e));
	assert_string_equal(e.name, "provider_refused");
	assert_non_null(strstr(e.text, "(timeout-or-duplicate, a, b, c)"));
}

static void test_tokens(void **state)
{
	struct provider p = provider("hcaptcha");
	char longest[EXTERNAL_TOKEN_MAX + 2];
	struct digest a, b;
	struct err e = { 0 };

	(void)state;
	memset(longest, 'x', sizeof(longest));
	longest[EXTERNAL_TOKEN_MAX + 1] = '\0';
	assert_false(external_token(&p, longest, &a, &e));
	assert_string_equal(e.name, "bad_value");
	longest[EXTERNAL_TOKEN_MAX] = '\0';
	assert_true(external_token(&p, longest, &a, NULL));
	assert_false(external_token(&p, "", &a, NULL));
	assert_false(external_token(&p, "a b", &a, NULL));
	assert_false(external_token(&p, "a\x7f", &a, NULL));
	assert_false(external_token(&p, "\xc3\xa9", &a, NULL));

	assert_true(external_token(&p, "token", &a, NULL));
	assert_true(external_token(&p, "token", &b, NULL));
	assert_int_equal(digest_compare(&a, &b), 0);
	assert_true(external_token(&p, "tokem", &b, NULL));
	assert_int_not_equal(digest_compare(&a, &b), 0);
	snprintf(p.label, sizeof(p.label), "others");
	assert_true(external_token(&p, "token", &b, NULL));
	assert_int_not_equal(digest_compare(&a, &b), 0);
}

/* ---- asking */

struct server {
	int listener, stop[2];
	pthread_t thread;
	struct buf reply;
	bool mute; /* reads and says nothing until stopped */
	char got[16384];
};

static bool whole(const char *request)
{
	const char *end = strstr(request, "\r\n\r\n"), *length = strcasestr(request, "Content-Length:");

	return end != NULL && length != NULL && strlen(end + 4) >= strtoul(length + 15, NULL, 10);
}

static void serve_one(struct server *s, int fd)
{
	size_t n = 0;
	ssize_t k;

	while (!whole(s->got) && (k = read(fd, s->got + n, sizeof(s->got) - 1 - n)) > 0)
		n += (size_t)k;
	if (s->mute)
		poll(&(struct pollfd){ .fd = s->stop[0], .events = POLLIN }, 1, -1);
	for (n = 0; n < s->reply.n; n += (size_t)k) {
		k = send(fd, s->reply.p + n, s->reply.n - n, MSG_NOSIGNAL);
		if (k <= 0)
			break;
	}
}

static void *serve(void *arg)
{
	struct server *s = arg;
	struct pollfd fds[2] = { { .fd = s->listener, .events = POLLIN }, { .fd = s->stop[0], .events = POLLIN } };

	while (poll(fds, 2, -1) > 0 && fds[1].revents == 0) {
		int fd = accept(s->listener, NULL, NULL);

		if (fd < 0)
			continue;
		serve_one(s, fd);
		shutdown(fd, SHUT_WR);
		close(fd);
	}
	return NULL;
}

static void server_start(struct server *s, struct provider *p)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);

	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->listener, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(s->listener, 8), 0);
	assert_int_equal(getsockname(s->listener, (struct sockaddr *)&a, &n), 0);
	assert_int_equal(pipe(s->stop), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
	snprintf(p->url, sizeof(p->url), "http://127.0.0.1:%u/siteverify", ntohs(a.sin_port));
}

static void server_stop(struct server *s)
{
	assert_int_equal(write(s->stop[1], "x", 1), 1);
	pthread_join(s->thread, NULL);
	close(s->stop[0]);
	close(s->stop[1]);
	close(s->listener);
	buf_free(&s->reply);
}

/* Asks a server that gives this status and body; the error's name, or "". got: what it was sent, may be NULL. */
static void ask(struct provider *p, const char *head, const char *body, const char *name, char *got, size_t size)
{
	struct server s = { 0 };
	struct external_word out = { 0 };
	struct err e = { 0 };
	bool ok;

	buf_printf(&s.reply, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", head, strlen(body), body);
	server_start(&s, p);
	ok = external_verify(p, "to/ken+1", &key, &out, &e);
	server_stop(&s);
	assert_string_equal(e.name, name);
	assert_int_equal(ok, name[0] == '\0');
	if (got != NULL)
		snprintf(got, size, "%s", s.got);
}

static void good_at(int64_t at, char out[static 256])
{
	char when[TIME_TEXT];

	time_text(at, when);
	snprintf(out, 256, "{" HERE ",\"challenge_ts\":\"%s\"}", when);
}

static void test_what_is_sent(void **state)
{
	struct provider p = provider("custom");
	char got[16384], body[256];
	const char *form;

	(void)state;
	good_at(time_now() - 5, body);
	ask(&p, "200 OK", body, "", got, sizeof(got));
	assert_int_equal(strncmp(got, "POST /siteverify HTTP/1.1\r\n", 27), 0);
	assert_non_null(strcasestr(got, "\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
	form = strstr(got, "\r\n\r\n");
	assert_non_null(form);
	assert_string_equal(form + 4, "secret=s%26cret%3D%2B%25%C3%A9&response=to%2Fken%2B1");
}

static void test_answers_over_http(void **state)
{
	struct provider p = provider("custom");
	char old[256];

	(void)state;
	good_at(time_now() - 1000, old);
	ask(&p, "200 OK", old, "provider_mismatch", NULL, 0);
	ask(&p, "200 OK", "{\"success\":false,\"error-codes\":[\"invalid-input-response\"]}", "provider_refused", NULL, 0);
	ask(&p, "200 OK", "{\"success\":true,\"hostname\":\"evil.example\"}", "provider_mismatch", NULL, 0);
	ask(&p, "200 OK", "<html>", "provider_away", NULL, 0);
	ask(&p, "500 Oh", "{" GOOD "}", "provider_away", NULL, 0);
	ask(&p, "201 Created", "{" GOOD "}", "provider_away", NULL, 0);
	ask(&p, "200 OK", "", "provider_away", NULL, 0);
}

/* A redirect would be followed to a second server that says yes. */
static void test_redirects_are_not_followed(void **state)
{
	struct provider p = provider("custom"), elsewhere = provider("custom");
	struct server yes = { 0 };
	char head[SETTING_TEXT + 64];

	(void)state;
	buf_printf(&yes.reply, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n{" GOOD "}", strlen("{" GOOD "}"));
	server_start(&yes, &elsewhere);
	snprintf(head, sizeof(head), "307 Elsewhere\r\nLocation: %s", elsewhere.url);
	ask(&p, head, "{" GOOD "}", "provider_away", NULL, 0);
	server_stop(&yes);
	assert_string_equal(yes.got, "");
}

static void test_answers_that_are_too_large(void **state)
{
	struct provider p = provider("custom");
	char *body = malloc(EXTERNAL_REPLY_MAX + 2), good[256];

	(void)state;
	good_at(time_now(), good);
	assert_non_null(body);
	memset(body, ' ', EXTERNAL_REPLY_MAX + 1);
	memcpy(body, good, strlen(good));
	body[EXTERNAL_REPLY_MAX + 1] = '\0';
	ask(&p, "200 OK", body, "provider_away", NULL, 0);
	body[EXTERNAL_REPLY_MAX] = '\0';
	ask(&p, "200 OK", body, "", NULL, 0);
	free(body);
}

static void expect_away(const struct provider *p, const char *why)
{
	struct external_word out = { 0 };
	struct err e = { 0 };

	assert_false(external_verify(p, "token", &key, &out, &e));
	assert_string_equal(e.name, "provider_away");
	assert_non_null(strstr(e.text, why));
}

static void test_a_server_that_says_nothing(void **state)
{
	struct provider p = provider("custom");
	struct server s = { .mute = true }, closes = { 0 };

	(void)state;
	p.timeout = HURRIED;
	server_start(&s, &p);
	expect_away(&p, "in time");
	server_stop(&s);

	p.timeout = PATIENT;
	server_start(&closes, &p);
	expect_away(&p, "no answer");
	server_stop(&closes);
	expect_away(&p, "no answer"); /* nobody listens there any more */
}

static void test_private_addresses(void **state)
{
	struct provider p = provider("custom");
	struct server s = { 0 };

	(void)state;
	buf_printf(&s.reply, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n{" GOOD "}", strlen("{" GOOD "}"));
	server_start(&s, &p);
	p.allow_private = false;
	expect_away(&p, "may not be asked");
	server_stop(&s);
	assert_string_equal(s.got, "");
	/* a name says nothing; without TLS nobody but this host itself is asked */
	snprintf(p.url, sizeof(p.url), "https://localhost:1/");
	expect_away(&p, "may not be asked");
	p.allow_private = true;
	snprintf(p.url, sizeof(p.url), "http://192.0.2.1:9/");
	expect_away(&p, "may not be asked");
	snprintf(p.url, sizeof(p.url), "file:///etc/hostname");
	expect_away(&p, "no answer");
}

static void test_nobody_to_ask(void **state)
{
	const struct provider p = provider("custom");
	struct external_word out;
	struct err e = { 0 };

	(void)state;
	assert_false(external_verify(NULL, "token", &key, &out, &e));
	assert_string_equal(e.name, "provider_unknown");
	err_clear(&e);
	assert_false(provider_is(&p, "custom", &e));
	assert_string_equal(e.name, "provider_unknown");
	assert_true(provider_is(&p, "people", NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_an_answer_says),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_actions_and_keys),
		cmocka_unit_test(test_the_providers_own_words),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_what_is_sent),
		cmocka_unit_test(test_answers_over_http),
		cmocka_unit_test(test_redirects_are_not_followed),
		cmocka_unit_test(test_answers_that_are_too_large),
		cmocka_unit_test(test_a_server_that_says_nothing),
		cmocka_unit_test(test_private_addresses),
		cmocka_unit_test(test_nobody_to_ask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
