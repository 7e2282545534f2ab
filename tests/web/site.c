/* SPDX-License-Identifier: ISC */
#include "tests/web/site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "web/routes.h"

static void *open_context(void *arg, struct err *e)
{
	struct site_under_test *s = arg;
	struct api *api = calloc(1, sizeof(*api));

	assert_non_null(api);
	api->site = &s->site;
	api->w = worker_open(&s->realm->a, e);
	if (api->w == NULL)
		free(api);
	return api;
}

static void close_context(void *ctx)
{
	struct api *api = ctx;

	worker_close(api->w);
	free(api);
}

int site_start(void **state)
{
	struct site_under_test *s = calloc(1, sizeof(*s));
	struct server_config c = server_defaults();
	struct err e = { 0 };

	if (s == NULL)
		return -1;
	s->realm = realm_new(pg_start());
	c.routes = routes_all(&c.n);
	c.workers = 2;
	c.rate = 0;
	c.per_address = 0;
	c.worker_open = open_context;
	c.worker_close = close_context;
	c.arg = s;
	s->server = server_start(&c, &e);
	if (s->server == NULL) {
		fprintf(stderr, "server_start: %s: %s\n", e.name, e.text);
		return -1;
	}
	s->port = server_port(s->server);
	*state = s;
	return 0;
}

int site_stop(void **state)
{
	struct site_under_test *s = *state;
	struct pg *pg = s->realm->pg;

	server_stop(s->server, 1000);
	realm_free(s->realm);
	pg_stop(pg);
	free(s);
	return 0;
}

void said_back_free(struct said_back *b)
{
	raw_drop(&b->a);
	json_decref(b->doc);
	b->doc = NULL;
}

struct said_back site_ask(struct site_under_test *s, const char *method, const char *path, const char *headers, const char *body)
{
	struct said_back out = { 0 };
	struct buf text = { 0 };
	int fd = raw_dial(s->port);
	char type[64];

	buf_printf(
		&text, "%s %s HTTP/1.1\r\nHost: groups.example\r\nConnection: close\r\n%s", method, path, headers == NULL ? "" : headers);
	if (body != NULL)
		buf_printf(&text, "Content-Type: application/json\r\nContent-Length: %zu\r\n", strlen(body));
	buf_add_str(&text, "\r\n");
	buf_add_str(&text, body == NULL ? "" : body);
	assert_true(raw_put(fd, text.p, text.n));
	raw_read(fd, &out.a, strcmp(method, "HEAD") == 0);
	close(fd);
	buf_free(&text);
	if (raw_header(&out.a, "Content-Type", type, sizeof(type)) != NULL && strstr(type, "json") != NULL && out.a.body_n > 0)
		out.doc = json_loadb(out.a.body, out.a.body_n, 0, NULL);
	return out;
}

struct said_back site_get(struct site_under_test *s, int status, const char *fmt, ...)
{
	struct said_back b;
	char path[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	b = site_ask(s, "GET", path, NULL, NULL);
	if (b.a.status != status)
		fail_msg("GET %s: %d\n%s", path, b.a.status, b.a.body == NULL ? "" : b.a.body);
	return b;
}

struct said_back site_post(struct site_under_test *s, const char *path, json_t *doc)
{
	char *text = json_dumps(doc, JSON_COMPACT);
	struct said_back b;

	assert_non_null(text);
	b = site_ask(s, "POST", path, NULL, text);
	free(text);
	json_decref(doc);
	return b;
}

const char *site_problem(const struct said_back *b)
{
	static const char urn[] = "urn:charterhouse:problem:";
	const char *type = json_string_value(json_object_get(b->doc, "type"));

	return type == NULL || strncmp(type, urn, sizeof(urn) - 1) != 0 ? "" : type + sizeof(urn) - 1;
}

int site_refusal(struct site_under_test *s, const char *method, const char *path, const char *body, char name[static 48])
{
	struct said_back b = site_ask(s, method, path, NULL, body);
	int status = b.a.status;

	snprintf(name, 48, "%s", site_problem(&b));
	said_back_free(&b);
	return status;
}

static const json_t *find(const json_t *v, const char *pointer)
{
	char part[64];

	for (const char *p = pointer; v != NULL && *p == '/';) {
		size_t n = strcspn(p + 1, "/");

		snprintf(part, sizeof(part), "%.*s", (int)n, p + 1);
		v = json_is_array(v) ? json_array_get(v, strtoul(part, NULL, 10)) : json_object_get(v, part);
		p += n + 1;
	}
	if (v == NULL)
		fail_msg("no %s", pointer);
	return v;
}

const char *site_string(const json_t *doc, const char *pointer)
{
	const json_t *v = find(doc, pointer);

	if (!json_is_string(v))
		fail_msg("%s is no string", pointer);
	return json_string_value(v);
}

int64_t site_number(const json_t *doc, const char *pointer)
{
	const json_t *v = find(doc, pointer);

	if (!json_is_integer(v))
		fail_msg("%s is no number", pointer);
	return json_integer_value(v);
}
