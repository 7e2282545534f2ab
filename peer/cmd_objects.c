/* SPDX-License-Identifier: ISC
 * What commands sign, send and get back. */
#include "peer/cmd.h"

#include <string.h>

#include "base/time.h"
#include "peer/application.h"

json_t *cmd_sign(struct cli *c, const char *kind, json_t *payload)
{
	if (cmd_crypto(c) && cmd_key(c))
		return object_sign(c->crypto, kind, payload, c->key, &c->e);
	json_decref(payload);
	return NULL;
}

bool cmd_envelope(struct cli *c, const json_t *doc, const char *name, struct jws *out)
{
	struct at root = at_root(doc, &c->e);

	return name != NULL ? at_jws(&root, name, out) : jws_read(&root, out);
}

bool cmd_digest(struct cli *c, const char *kind, const json_t *envelope, struct digest *out)
{
	struct jws j;

	if (!cmd_envelope(c, envelope, NULL, &j))
		return false;
	jws_digest(&j, kind, out);
	jws_free(&j);
	return true;
}

json_t *cmd_free_text(struct cli *c, const char *text, struct digest *digest)
{
	json_t *doc = json_object();
	uint8_t salt[16];

	bytes_random(salt, sizeof(salt));
	text_digest(salt, slice_str(text), digest);
	if (object_set_string(doc, "text", text) && object_set_base64(doc, "salt", slice_of(salt, sizeof(salt))))
		return doc;
	json_decref(doc);
	err_set(&c->e, "bad_text", "the text is not UTF-8");
	return NULL;
}

bool cmd_by_notary(struct cli *c, const struct jws *j, const struct charter *charter, int64_t at)
{
	const struct charter_key *notary;

	if (j->n != 1)
		return err_set(&c->e, "bad_jws", "the authority's objects have one signature");
	notary = charter != NULL ? charter_notary(charter, &j->sigs[0].kid, at) : trust_notary(c->trust, j, at);
	if (notary == NULL)
		return err_set(&c->e, "not_a_notary", "charter %u names no notary with the key that signed this",
			(unsigned)(charter != NULL ? charter : trust_newest(c->trust))->version);
	return jws_verify(c->crypto, j, 0, &notary->key, &c->e);
}

/* Keys may have changed since the newest charter: any pinned version's notary will do. */
bool cmd_by_any_notary(struct cli *c, const struct jws *j, int64_t at)
{
	const struct charter_key *notary = NULL;

	for (size_t i = c->trust->charters_n; j->n == 1 && notary == NULL && i > 0; i--)
		notary = charter_notary(c->trust->charters[i - 1].charter, &j->sigs[0].kid, at);
	return notary != NULL ? jws_verify(c->crypto, j, 0, &notary->key, &c->e) : cmd_by_notary(c, j, NULL, at);
}

static bool check_receipt(struct cli *c, const struct jws *j, const struct digest *object)
{
	struct receipt r;

	if (!receipt_parse(j, &r, &c->e) || !cmd_by_any_notary(c, j, r.stored))
		return false;
	if (digest_compare(&r.genesis, &c->home.link.genesis) != 0)
		return err_set(&c->e, "wrong_context", "it is another group's");
	if (digest_compare(&r.object, object) != 0)
		return err_set(&c->e, "wrong_context", "it is for something else than what was sent");
	return r.due > r.stored || err_set(&c->e, "bad_value", "it is due before it was stored");
}

bool cmd_receipt(struct cli *c, const json_t *answer, const struct digest *object, const json_t *sent)
{
	struct jws j;
	bool rc;

	if (!cmd_trust(c))
		return false;
	rc = cmd_envelope(c, answer, "receipt", &j);
	if (rc) {
		rc = check_receipt(c, &j, object);
		jws_free(&j);
	}
	if (!rc) {
		struct err why = c->e;

		err_clear(&c->e);
		return err_set(&c->e, "bad_receipt", "the server's receipt does not hold (%s: %s): keep what you sent", why.name, why.text);
	}
	return home_keep_receipt(&c->home, object, sent, json_object_get(answer, "receipt"), &c->e);
}

json_t *cmd_post_body(struct cli *c, const char *path, const json_t *body, const char *name, const char *kind)
{
	json_t *answer = NULL;
	struct digest digest;

	if (cmd_client(c) && cmd_digest(c, kind, json_object_get(body, name), &digest))
		answer = client_post(c->client, path, body, &c->e);
	if (answer == NULL || cmd_receipt(c, answer, &digest, body))
		return answer;
	json_decref(answer);
	return NULL;
}

json_t *cmd_post_signed(
	struct cli *c, const char *path, const char *name, json_t *object, const char *kind, const char *text_name, json_t *text)
{
	json_t *body = json_pack("{s:O}", name, object), *answer = NULL;

	if (body == NULL || (text != NULL && json_object_set(body, text_name, text) != 0))
		err_memory(&c->e);
	else
		answer = cmd_post_body(c, path, body, name, kind);
	json_decref(body);
	return answer;
}

json_t *cmd_pages(struct cli *c, const char *path, const char *name)
{
	enum { PAGES_MAX = 256, PAGE = 100 };
	json_t *list = cmd_client(c) ? json_array() : NULL, *doc;
	char page[CLIENT_PATH_MAX];
	json_int_t after = 0, next = 0;

	for (int i = 0; list != NULL && i < PAGES_MAX && next >= after; i++) {
		after = next;
		snprintf(
			page, sizeof(page), "%s%cafter=%lld&limit=%d", path, strchr(path, '?') != NULL ? '&' : '?', (long long)after, PAGE);
		doc = client_get_json(c->client, page, CLIENT_SMALL * 4, &c->e);
		if (doc != NULL && json_array_extend(list, json_object_get(doc, name)) != 0)
			err_set(&c->e, "bad_answer", "the server's list of %s is none", name);
		next = json_is_integer(json_object_get(doc, "next")) ? json_integer_value(json_object_get(doc, "next")) : -1;
		json_decref(doc);
		if (err_ok(&c->e))
			continue;
		json_decref(list);
		list = NULL;
	}
	return list;
}

void cmd_when(int64_t t, int64_t now, char out[static TIME_WORDS + 16])
{
	char words[TIME_WORDS];

	time_words(t > now ? t - now : now - t, words);
	snprintf(out, TIME_WORDS + 16, t > now ? "in %s" : "%s ago", words);
}

void cmd_date(int64_t t, char out[static 16])
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct time_civil c;

	time_civil(t < 0 ? 0 : t > TIME_MAX ? TIME_MAX : t, &c);
	snprintf(out, 16, "%d %s %d", c.day, months[(unsigned)(c.month - 1) % 12], c.year);
}

void cmd_short(const struct digest *d, char out[static 20])
{
	char text[DIGEST_TEXT];

	digest_text(d, text);
	snprintf(out, 20, "%.15s", text);
}
