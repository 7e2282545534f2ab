/* SPDX-License-Identifier: ISC */
#include "peer/client.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/at.h"

enum { REQUEST_SECONDS = 60, CONNECT_SECONDS = 10, RETRIES = 3, RETRY_SECONDS_MAX = 5, URL_MAX = 1024 };

struct client {
	CURL *curl;
	struct curl_slist *headers;
	char base[LINK_SERVER_MAX + LINK_GROUP_MAX + 16];
	char words[CURL_ERROR_SIZE];
	long request_seconds, connect_seconds, status, retry_after;
	unsigned retries;
	/* of the request that runs */
	struct buf *body;
	size_t max;
	bool overflow;
};

static size_t take_body(char *p, size_t size, size_t n, void *arg)
{
	struct client *c = arg;

	n *= size;
	if (n > c->max - c->body->n) {
		c->overflow = true;
		return 0;
	}
	buf_add(c->body, p, n);
	return c->body->failed ? 0 : n;
}

/* This computer itself is never asked through a proxy. */
static bool is_local(const char *url)
{
	static const char *const hosts[] = { "127.0.0.1", "localhost", "[::1]" };
	const char *host = strstr(url, "://");

	for (size_t i = 0; host != NULL && i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		size_t n = strlen(hosts[i]);

		if (strncmp(host + 3, hosts[i], n) == 0 && (host[3 + n] == ':' || host[3 + n] == '/' || host[3 + n] == '\0'))
			return true;
	}
	return false;
}

struct client *client_new(const char *server, const char *group, struct err *e)
{
	struct client *c;

	if (!join_link_server(server)) {
		err_set(e, "bad_link", "\"%s\" is no server's address", server);
		return NULL;
	}
	c = calloc(1, sizeof(*c));
	if (c == NULL) {
		err_memory(e);
		return NULL;
	}
	snprintf(c->base, sizeof(c->base), "%s/v1/groups/%s", server, group);
	c->request_seconds = REQUEST_SECONDS;
	c->connect_seconds = CONNECT_SECONDS;
	c->retries = RETRIES;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == 0)
		c->curl = curl_easy_init();
	c->headers = curl_slist_append(NULL, "Content-Type: application/json");
	if (c->curl != NULL && c->headers != NULL)
		return c;
	client_free(c);
	err_set(e, "client_unavailable", "libcurl does not start");
	return NULL;
}

void client_free(struct client *c)
{
	if (c == NULL)
		return;
	curl_slist_free_all(c->headers);
	curl_easy_cleanup(c->curl);
	free(c);
}

void client_timeouts(struct client *c, long request, long connect)
{
	c->request_seconds = request;
	c->connect_seconds = connect;
}

void client_retries(struct client *c, unsigned n)
{
	c->retries = n;
}

long client_status(const struct client *c)
{
	return c->status;
}

long client_retry_after(const struct client *c)
{
	return c->retry_after;
}

bool client_is_down(const struct client *c)
{
	return c->status == 0 || c->status == 408 || c->status == 429 || c->status >= 500;
}

static bool set_options(struct client *c, const char *url, const struct buf *post)
{
	CURL *h = c->curl;
	bool ok;

	curl_easy_reset(h);
	ok = curl_easy_setopt(h, CURLOPT_URL, url) == CURLE_OK && curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK && curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_TIMEOUT, c->request_seconds) == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, c->connect_seconds) == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_USERAGENT, "gmc/" CHARTERHOUSE_VERSION) == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_ERRORBUFFER, c->words) == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK && curl_easy_setopt(h, CURLOPT_WRITEDATA, c) == CURLE_OK;
	if (ok && is_local(url))
		ok = curl_easy_setopt(h, CURLOPT_PROXY, "") == CURLE_OK;
	if (ok && post != NULL)
		ok = curl_easy_setopt(h, CURLOPT_POST, 1L) == CURLE_OK && curl_easy_setopt(h, CURLOPT_HTTPHEADER, c->headers) == CURLE_OK &&
			curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->n) == CURLE_OK &&
			curl_easy_setopt(h, CURLOPT_POSTFIELDS, post->p) == CURLE_OK;
	return ok;
}

static bool transport_error(struct client *c, CURLcode code, struct err *e)
{
	const char *words = c->words[0] != '\0' ? c->words : curl_easy_strerror(code);

	c->status = 0;
	if (c->overflow)
		return err_set(e, "too_large", "the server's answer has more than %zu bytes", c->max);
	if (c->body->failed || code == CURLE_OUT_OF_MEMORY)
		return err_memory(e);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return err_set(e, "server_timeout", "the server did not answer in time: %s", words);
	if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
		return err_set(e, "server_certificate", "the server's own certificate is not accepted: %s", words);
	return err_set(e, "server_unreachable", "no answer from %s: %s", c->base, words);
}

/* One request. True when there was an answer, whatever its status. */
static bool perform(struct client *c, const char *path, const struct buf *post, struct buf *body, size_t max, struct err *e)
{
	char url[URL_MAX];
	curl_off_t after = 0;
	CURLcode code;

	c->status = 0;
	c->retry_after = -1;
	c->body = body;
	c->max = max;
	c->overflow = false;
	c->words[0] = '\0';
	if (snprintf(url, sizeof(url), "%s%s", c->base, path) >= (int)sizeof(url))
		return err_set(e, "bad_value", "the request's address is too long");
	if (!set_options(c, url, post))
		return err_set(e, "client_unavailable", "libcurl refuses an option: is it older than 7.85?");
	code = curl_easy_perform(c->curl);
	if (code != CURLE_OK)
		return transport_error(c, code, e);
	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &c->status);
	if (curl_easy_getinfo(c->curl, CURLINFO_RETRY_AFTER, &after) == CURLE_OK && after > 0)
		c->retry_after = after > 86400 ? 86400 : (long)after;
	return true;
}

static bool is_name(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n < ERR_NAME_MAX && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
}

/* RFC 9457: {"type": "urn:charterhouse:problem:NAME", "detail": ..., ...}. Whatever is not one becomes "server_error". */
static bool refuse_by_problem(const struct client *c, const struct buf *body, struct err *e)
{
	static const char urn[] = "urn:charterhouse:problem:";
	struct err ignored = { 0 };
	json_t *doc = json_read(buf_slice(body), CLIENT_SMALL, &ignored);
	const char *type = json_string_value(json_object_get(doc, "type"));
	const char *detail = json_string_value(json_object_get(doc, "detail"));
	const char *title = json_string_value(json_object_get(doc, "title"));

	if (type != NULL && strncmp(type, urn, sizeof(urn) - 1) == 0 && is_name(type + sizeof(urn) - 1))
		err_set(e, type + sizeof(urn) - 1, "%s", detail != NULL ? detail : title != NULL ? title : "the server gives no reason");
	else if (c->status >= 300 && c->status < 400)
		err_set(e, "server_redirects", "the server sends us elsewhere (status %ld), which is not followed: use its own address",
			c->status);
	else
		err_set(e, "server_error", "the server answers with status %ld and no reason", c->status);
	json_decref(doc);
	return false;
}

static bool is_busy(const struct client *c)
{
	return c->status == 429 || c->status == 503;
}

/* A request, repeated while the server is busy: what is signed is taken once, and of the rest a busy server has taken nothing. */
static bool request(struct client *c, const char *path, const struct buf *post, struct buf *out, size_t max, struct err *e)
{
	struct buf body = { 0 };
	bool rc = false;

	for (unsigned tries = 0;; tries++) {
		buf_free(&body);
		if (!perform(c, path, post, &body, max, e))
			goto out;
		if (!is_busy(c) || tries >= c->retries)
			break;
		sleep(c->retry_after < 0 ? 1 : c->retry_after > RETRY_SECONDS_MAX ? RETRY_SECONDS_MAX : (unsigned)c->retry_after);
	}
	if (c->status < 200 || c->status > 299) {
		refuse_by_problem(c, &body, e);
		goto out;
	}
	buf_add_slice(out, buf_slice(&body));
	rc = !out->failed || err_memory(e);
out:
	buf_free(&body);
	return rc;
}

bool client_get(struct client *c, const char *path, size_t max, struct buf *out, struct err *e)
{
	return request(c, path, NULL, out, max, e);
}

static json_t *read_answer(const struct buf *body, size_t max, struct err *e)
{
	struct err why = { 0 };
	json_t *doc = json_read(buf_slice(body), max, &why);

	if (doc == NULL)
		err_set(e, err_is(&why, "no_memory") ? "no_memory" : "bad_answer", "the server's answer is not what it should be: %s",
			why.text);
	return doc;
}

json_t *client_get_json(struct client *c, const char *path, size_t max, struct err *e)
{
	struct buf body = { 0 };
	json_t *doc = request(c, path, NULL, &body, max, e) ? read_answer(&body, max, e) : NULL;

	buf_free(&body);
	return doc;
}

json_t *client_post(struct client *c, const char *path, const json_t *document, struct err *e)
{
	struct buf text = { 0 }, body = { 0 };
	json_t *doc = NULL;

	if (json_write(document, &text, e) && request(c, path, &text, &body, CLIENT_SMALL, e))
		doc = read_answer(&body, CLIENT_SMALL, e);
	buf_free(&body);
	buf_free(&text);
	return doc;
}
