/* SPDX-License-Identifier: ISC
 * gmc expel and gmc second: asking the group to expel a member, alone or together with others. */
#include <stdlib.h>
#include <string.h>

#include "peer/cmd.h"
#include "voting/motion.h"

enum { MOTION_FILE_MAX = 256 * 1024, COMPLAINTS_SIZE_MAX = 8 * 1024 * 1024 };

bool cmd_find_member(struct cli *c, const char *what, struct id16 *out)
{
	const json_t *one;
	const char *found = NULL;
	unsigned hits = 0;
	json_t *list;
	size_t i;

	if (id16_parse(what, out))
		return true;
	list = cmd_pages(c, "/members", "members");
	json_array_foreach(list, i, one)
	{
		const char *hex = json_string_value(json_object_get(one, "member")),
			   *name = json_string_value(json_object_get(one, "name"));
		const char *state = json_string_value(json_object_get(one, "state"));

		if (hex == NULL || state == NULL || (strcmp(state, "member") != 0 && strcmp(state, "suspended") != 0))
			continue;
		if (strncmp(hex, what, strlen(what)) != 0 && (name == NULL || strcmp(name, what) != 0))
			continue;
		found = hex;
		hits++;
	}
	if (list != NULL && hits != 1)
		err_set(&c->e, "bad_argument", "%s: name the member by its 32 hex digits (gmc members)",
			hits == 0 ? "no member fits" : "more than one member fits");
	else if (list != NULL && !id16_parse(found, out))
		err_set(&c->e, "bad_answer", "the server's list of members is none");
	json_decref(list);
	return err_ok(&c->e);
}

/* ---- complaints that a motion names */

static int by_digest(const void *a, const void *b)
{
	return digest_compare(a, b);
}

/* "sha256:3f9a..." or the digits alone, or a beginning of either: a word of --complaint. */
static bool begins(const char *digest, const char *word, size_t n)
{
	return n > 0 && (strncmp(digest, word, n) == 0 || strncmp(digest + strlen("sha256:"), word, n) == 0);
}

static bool add_complaint(struct cli *c, const json_t *one, struct motion *m)
{
	const char *text = json_string_value(json_object_get(one, "complaint"));
	struct digest d;

	if (text == NULL || !digest_parse(text, &d))
		return err_set(&c->e, "bad_answer", "the server's list of complaints is none");
	for (size_t i = 0; i < m->complaints_n; i++)
		if (digest_compare(&m->complaints[i], &d) == 0)
			return true;
	if (m->complaints_n == MOTION_COMPLAINTS_MAX)
		return err_set(&c->e, "bad_argument", "a motion names at most %d complaints", MOTION_COMPLAINTS_MAX);
	m->complaints[m->complaints_n++] = d;
	return true;
}

static bool add_named(struct cli *c, const json_t *list, const char *word, size_t n, struct motion *m)
{
	const bool all = n == 3 && strncmp(word, "all", 3) == 0;
	const size_t before = m->complaints_n;
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		const char *digest = json_string_value(json_object_get(one, "complaint"));

		if ((all || (digest != NULL && begins(digest, word, n))) && !add_complaint(c, one, m))
			return false;
	}
	return m->complaints_n > before ||
		err_set(&c->e, "bad_argument", "--complaint %.*s: no complaint about this member fits (gmc complaints)", (int)n, word);
}

/* --complaint WORD,WORD... */
static bool read_complaints(struct cli *c, struct motion *m)
{
	const char *words = cmd_option(c, OPT_COMPLAINT);
	char path[CLIENT_PATH_MAX], hex[ID16_TEXT];
	json_t *doc = NULL;
	bool rc = true;

	if (words == NULL)
		return true;
	id16_text(&m->member, hex);
	snprintf(path, sizeof(path), "/complaints?member=%s", hex);
	doc = cmd_client(c) ? client_get_json(c->client, path, COMPLAINTS_SIZE_MAX, &c->e) : NULL;
	rc = doc != NULL;
	while (rc && *words != '\0') {
		size_t n = strcspn(words, ",");

		rc = add_named(c, json_object_get(doc, "complaints"), words, n, m);
		words += n + (words[n] == ',');
	}
	qsort(m->complaints, m->complaints_n, sizeof(m->complaints[0]), by_digest);
	json_decref(doc);
	return rc;
}

/* ---- one motion */

/* {"motion", "reason"?} */
static json_t *make_motion(struct cli *c)
{
	struct motion m = {
		.genesis = c->home.link.genesis, .charter = cmd_in_force(c)->object.digest, .question = Q_EXPEL, .iat = c->now
	};
	const char *reason = cmd_option(c, OPT_MESSAGE);
	json_t *text = NULL, *envelope, *body = NULL;

	m.has_reason = reason != NULL;
	if (!cmd_find_member(c, c->opt.args[0], &m.member) || !read_complaints(c, &m) ||
		(reason != NULL && (text = cmd_free_text(c, reason, &m.reason)) == NULL))
		return NULL;
	envelope = cmd_sign(c, KIND_MOTION, motion_print(&m));
	if (envelope != NULL && (body = json_pack("{s:O,s:O*}", "motion", envelope, "reason", text)) == NULL)
		err_memory(&c->e);
	json_decref(envelope);
	json_decref(text);
	return body;
}

static bool may_expel(struct cli *c)
{
	const struct charter *now = cmd_in_force(c);

	if (now->expulsion == NULL)
		return err_set(&c->e, "not_allowed", "the charter lets nobody be expelled by vote");
	if (now->expelling.complaint && cmd_option(c, OPT_COMPLAINT) == NULL)
		return err_set(&c->e, "complaint_missing",
			"the charter expels nobody without a complaint: gmc complaints lists them, --complaint names one");
	return now->expelling.movers <= 1 || cmd_option(c, OPT_OUT) != NULL ||
		err_set(&c->e, "movers_missing",
			"the charter asks %u members to move together: write it with --out FILE, have the others sign it with gmc second FILE, "
			"and gmc submit it",
			(unsigned)now->expelling.movers);
}

static bool send_motion(struct cli *c, const json_t *body)
{
	json_t *answer = cmd_post_signed(
		c, "/proposals", "motion", json_object_get(body, "motion"), KIND_MOTION, "reason", json_object_get(body, "reason"));
	long long number;

	if (answer == NULL)
		return false;
	number = (long long)json_integer_value(json_object_get(answer, "proposal"));
	term_line(&c->term, "expel", "proposal %lld is open, receipt kept", number);
	term_note(&c->term, "it is no vote: gmc vote %lld yes", number);
	if (c->term.json)
		term_json(&c->term, answer);
	json_decref(answer);
	return true;
}

int cmd_expel(struct cli *c)
{
	json_t *body = cmd_trust(c) && cmd_key(c) && may_expel(c) ? make_motion(c) : NULL;
	bool rc = body != NULL && (cmd_option(c, OPT_OUT) != NULL ? cmd_write_json(c, body) : send_motion(c, body));

	json_decref(body);
	return rc ? EXIT_DONE : cmd_fail(c);
}

/* ---- several movers */

static bool may_second(struct cli *c, const struct jws *j, const struct motion *m)
{
	char hex[ID16_TEXT], question[160];
	struct digest thumb;

	if (digest_compare(&m->genesis, &c->home.link.genesis) != 0 || m->question != Q_EXPEL)
		return err_set(&c->e, "wrong_context", "this is no motion to expel a member of %s", c->home.link.group);
	jwk_thumbprint(sig_key_pub(c->key), &thumb);
	if (jws_by(j, &thumb) != NULL)
		return err_set(&c->e, "replayed", "your signature is on this motion already");
	if (j->n >= cmd_in_force(c)->expelling.movers)
		return err_set(&c->e, "not_allowed", "the motion has the %u signatures that the charter asks for: gmc submit it",
			(unsigned)cmd_in_force(c)->expelling.movers);
	id16_text(&m->member, hex);
	snprintf(question, sizeof(question), "Move to expel %s from %s, with %zu complaints, beside %zu who did?", hex, c->home.link.group,
		m->complaints_n, j->n);
	return cmd_confirm(c, question);
}

static json_t *seconded(struct cli *c, const json_t *file)
{
	const json_t *envelope = json_object_get(file, "motion");
	json_t *motion = NULL, *out = NULL;
	struct motion m;
	struct jws j;

	if (!cmd_envelope(c, file, "motion", &j))
		return NULL;
	if (motion_parse(&j, &m, &c->e) && may_second(c, &j, &m))
		motion = cmd_cosign(c, KIND_MOTION, envelope, &j);
	jws_free(&j);
	if (motion != NULL && (out = json_pack("{s:O,s:O*}", "motion", motion, "reason", json_object_get(file, "reason"))) == NULL)
		err_memory(&c->e);
	json_decref(motion);
	return out;
}

int cmd_second(struct cli *c)
{
	struct buf text = { 0 };
	json_t *file = NULL, *out = NULL;
	bool rc;

	if (cmd_trust(c) && cmd_key(c) && cmd_read_file(c, c->opt.args[0], MOTION_FILE_MAX, &text))
		file = json_read(buf_slice(&text), MOTION_FILE_MAX, &c->e);
	if (file != NULL)
		out = seconded(c, file);
	rc = out != NULL && cmd_write_json(c, out);
	buf_free(&text);
	json_decref(file);
	json_decref(out);
	return rc ? EXIT_DONE : cmd_fail(c);
}
