/* SPDX-License-Identifier: ISC */
#include "authority/external.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "authority/reach.h"
#include "base/digest.h"
#include "base/jwk.h"
#include "base/time.h"

enum { WORDS_MAX = 4, WORD_MAX = 40 };

/* ---- the token */

bool external_token(const struct provider *p, const char *token, struct digest *out, struct err *e)
{
	const size_t n = strnlen(token, EXTERNAL_TOKEN_MAX + 1);
	const struct slice parts[] = { slice_of(p->label, strlen(p->label) + 1), slice_of(token, n) };

	for (size_t i = 0; i < n; i++)
		if (token[i] <= ' ' || token[i] > '~')
			return err_set(e, "bad_value", "the token holds what no provider's token holds: send it as the widget gave it");
	if (n == 0 || n > EXTERNAL_TOKEN_MAX)
		return err_set(e, "bad_value", "the token has 1 to %d characters", EXTERNAL_TOKEN_MAX);
	digest_labelled("gmc-external-token", parts, 2, out);
	return true;
}

/* ---- the answer */

static bool is_word(const char *s)
{
	const size_t n = strlen(s);

	return n > 0 && n <= WORD_MAX && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_") == n;
}

/* Its reasons, of which only what are plain words is repeated. */
static bool refuse(const json_t *reply, struct err *e)
{
	const json_t *codes = json_object_get(reply, "error-codes");
	char words[WORDS_MAX * (WORD_MAX + 2) + 1] = "";
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(codes) && n < WORDS_MAX; i++) {
		const char *word = json_string_value(json_array_get(codes, i));
		const size_t used = strlen(words);

		if (word == NULL || !is_word(word))
			continue;
		snprintf(words + used, sizeof(words) - used, "%s%s", n > 0 ? ", " : "", word);
		n++;
	}
	return err_set(e, "provider_refused", "the provider does not accept the token (%s): solve its puzzle again",
		n > 0 ? words : "it gives no reason");
}

/* A member that is a string or absent (also: null or empty, which some providers write for "none"). */
static bool text(const json_t *reply, const char *name, const char **out, struct err *e)
{
	const json_t *v = json_object_get(reply, name);

	*out = NULL;
	if (v == NULL || json_is_null(v))
		return true;
	if (!json_is_string(v))
		return err_set(e, "provider_away", "the provider's answer is not what the protocol has: try again later");
	if (json_string_length(v) > 0)
		*out = json_string_value(v);
	return true;
}

/* ISO 8601 in UTC, with or without parts of a second: providers differ. */
static bool solved_at(const char *s, int64_t *out)
{
	char whole[TIME_TEXT];
	const char *rest;

	if (strlen(s) < 20)
		return false;
	snprintf(whole, sizeof(whole), "%.19sZ", s);
	rest = s + 19;
	if (*rest == '.') {
		const size_t n = strspn(rest + 1, "0123456789");

		if (n == 0 || n > 9)
			return false;
		rest += 1 + n;
	}
	return (strcmp(rest, "Z") == 0 || strcmp(rest, "+00:00") == 0) && time_parse(whole, out);
}

static bool mismatch(struct err *e, const char *what)
{
	return err_set(e, "provider_mismatch", "the token was won %s: solve the puzzle again on this service's own page", what);
}

static bool fits(
	const json_t *reply, const struct provider *p, const struct digest *key, int64_t now, struct external_word *out, struct err *e)
{
	const char *host, *action, *cdata, *when;
	char thumb[THUMB_TEXT];
	int64_t at = 0;

	if (!text(reply, "hostname", &host, e) || !text(reply, "action", &action, e) || !text(reply, "cdata", &cdata, e) ||
		!text(reply, "challenge_ts", &when, e))
		return false;
	if (host == NULL || strcasecmp(host, p->hostname) != 0)
		return mismatch(e, "on a page of another host");
	if (p->action[0] != '\0' && (action == NULL || strcmp(action, p->action) != 0))
		return mismatch(e, "for another action");
	/* Without its time an old token would be as good as a new one, once it was forgotten here. */
	if (when == NULL || !solved_at(when, &at) || at < now - EXTERNAL_AGE_MAX || at > now + EXTERNAL_SKEW_MAX)
		return mismatch(e, "at another time");
	thumb_text(key, thumb);
	if (cdata == NULL ? p->row->binds : strcmp(cdata, thumb) != 0)
		return mismatch(e, "for another key");
	out->at = at;
	out->bound = cdata != NULL;
	return true;
}

bool external_read(
	struct slice reply, const struct provider *p, const struct digest *key, int64_t now, struct external_word *out, struct err *e)
{
	struct err why = { 0 };
	json_t *doc = json_read(reply, EXTERNAL_REPLY_MAX, &why);
	const json_t *success = json_object_get(doc, "success");
	bool rc = false;

	if (err_is(&why, "no_memory"))
		err_memory(e);
	else if (!json_is_boolean(success))
		err_set(e, "provider_away", "the provider's answer is not what the protocol has: try again later");
	else
		rc = json_is_true(success) ? fits(doc, p, key, now, out, e) : refuse(doc, e);
	json_decref(doc);
	return rc;
}

/* ---- the question */

struct question {
	const struct provider *p;
	struct buf form, reply;
	bool plain, barred, overflow;
};

/* Asked for the address that is about to be connected to, not for what a name stood for a moment ago: so no answer of a name server's
 * can lead to where the operator did not mean. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct question *q = arg;
	const enum reach reach = reach_of(&a->addr);

	(void)purpose;
	q->barred = (reach != REACH_PUBLIC && !q->p->allow_private) || (reach != REACH_LOOPBACK && q->plain);
	return q->barred ? CURL_SOCKET_BAD : socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static size_t take(char *p, size_t size, size_t n, void *arg)
{
	struct question *q = arg;

	n *= size;
	q->overflow = n > EXTERNAL_REPLY_MAX - q->reply.n;
	if (q->overflow)
		return 0;
	buf_add(&q->reply, p, n);
	return q->reply.failed ? 0 : n;
}

/* application/x-www-form-urlencoded: everything but RFC 3986's unreserved characters is encoded. */
static void add_field(struct buf *form, const char *name, const char *value)
{
	buf_printf(form, "%s%s=", form->n > 0 ? "&" : "", name);
	for (const char *s = value; *s != '\0'; s++) {
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~", *s) != NULL)
			buf_add(form, s, 1);
		else
			buf_printf(form, "%%%02X", (unsigned char)*s);
	}
}

/* No proxy, whatever the environment says: behind one the address that is connected to would be the proxy's, and nothing be checked. */
static bool set_options(CURL *h, struct question *q)
{
	return curl_easy_setopt(h, CURLOPT_URL, q->p->url) == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, q->plain ? "http" : "https") == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK && curl_easy_setopt(h, CURLOPT_PROXY, "") == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, q->p->timeout) == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, q->p->timeout) == CURLE_OK &&
		/* or a name server that is silent were waited for beyond all this */
		curl_easy_setopt(h, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_USERAGENT, "charterhouse/" CHARTERHOUSE_VERSION) == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_OPENSOCKETDATA, q) == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take) == CURLE_OK && curl_easy_setopt(h, CURLOPT_WRITEDATA, q) == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_POST, 1L) == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->form.n) == CURLE_OK &&
		curl_easy_setopt(h, CURLOPT_POSTFIELDS, q->form.p) == CURLE_OK;
}

static bool away(const struct question *q, CURLcode code, long status, struct err *e)
{
	const char *why = "it gives no answer";

	if (q->reply.failed || code == CURLE_OUT_OF_MEMORY)
		return err_memory(e);
	if (code == CURLE_OK)
		return err_set(e, "provider_away", "the provider cannot be asked now (status %ld): try again later", status);
	if (q->overflow)
		why = "its answer is too large";
	else if (q->barred)
		why = "its address may not be asked";
	else if (code == CURLE_OPERATION_TIMEDOUT)
		why = "it does not answer in time";
	return err_set(e, "provider_away", "the provider cannot be asked now (%s): try again later", why);
}

static bool ask(struct question *q, struct err *e)
{
	CURL *h = curl_easy_init();
	CURLcode code = CURLE_FAILED_INIT;
	long status = 0;

	if (h != NULL && set_options(h, q))
		code = curl_easy_perform(h);
	if (code == CURLE_OK)
		curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(h);
	return (code == CURLE_OK && status == 200) || away(q, code, status, e);
}

bool external_verify(const struct provider *p, const char *token, const struct digest *key, struct external_word *out, struct err *e)
{
	struct question q = { .p = p };
	struct external_word word = { 0 };
	bool rc = false;

	if (p == NULL)
		return provider_is(NULL, "", e);
	if (!external_token(p, token, &word.token, e))
		return false;
	q.plain = strncmp(p->url, "http://", 7) == 0;
	/* room for all of it, so that no copy of the secret is left behind by growing */
	if (!buf_reserve(&q.form, 3 * (strlen(p->secret) + strlen(token)) + 64)) {
		err_memory(e);
		goto out;
	}
	add_field(&q.form, "secret", p->secret);
	add_field(&q.form, "response", token);
	rc = ask(&q, e) && external_read(buf_slice(&q.reply), p, key, time_now(), &word, e);
	if (rc)
		*out = word;
out:
	buf_free(&q.form);
	buf_free(&q.reply);
	return rc;
}
