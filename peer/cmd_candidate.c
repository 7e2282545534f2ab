/* SPDX-License-Identifier: ISC
 * gmc candidate, candidates, measure, invite: how a group finds those whom it invites. */
#include <stdlib.h>
#include <string.h>

#include "peer/cmd.h"
#include "voting/candidacy.h"
#include "voting/invitation.h"
#include "voting/measurement.h"

/* Clocks differ: an invitation ends a little before its life does. */
enum { INVITATION_SLACK = 300 };

static const char *text_of(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s == NULL ? "" : s;
}

/* "invited until ..." */
static void tell_state(struct cli *c, const json_t *one, char out[static TERM_SAFE])
{
	const json_t *until = json_object_get(one, "until");
	char when[TIME_WORDS + 16];

	term_safe(text_of(one, "state"), out);
	if (!json_is_integer(until))
		return;
	cmd_when(json_integer_value(until), c->now, when);
	snprintf(out, TERM_SAFE, "invited, ends %s", when);
}

/* ---- candidates */

static bool add_row(struct cli *c, struct table *t, const json_t *one)
{
	char name[TERM_SAFE], state[TERM_SAFE], id[TERM_SAFE], observers[24], since[TIME_WORDS + 16];

	cmd_when(json_integer_value(json_object_get(one, "time")), c->now, since);
	snprintf(observers, sizeof(observers), "%lld", (long long)json_integer_value(json_object_get(one, "observers")));
	snprintf(id, sizeof(id), "%.20s", text_of(one, "candidacy"));
	tell_state(c, one, state);
	return table_add(t, (const char *[]){ term_safe(text_of(one, "name"), name), id, state, observers, since }) || err_memory(&c->e);
}

int cmd_candidates(struct cli *c)
{
	struct table t = { .titles = { "Name", "Candidacy", "State", ">Observers", "Since" }, .columns = 5 };
	json_t *list = cmd_client(c) ? cmd_pages(c, "/candidates", "candidates") : NULL, *one;
	bool rc = list != NULL;
	size_t i;

	if (rc && c->term.json) {
		term_json(&c->term, list);
		json_decref(list);
		return EXIT_DONE;
	}
	json_array_foreach(list, i, one)
	{
		if (rc && (options_given(&c->opt, OPT_ALL) || strcmp(text_of(one, "state"), "over") != 0))
			rc = add_row(c, &t, one);
	}
	if (rc && t.rows == 0)
		term_note(&c->term, "there are no candidates");
	else if (rc)
		table_print(&c->term, &t);
	table_free(&t);
	json_decref(list);
	return rc ? EXIT_DONE : cmd_fail(c);
}

/* Does the text name it: by its candidacy, the beginning of that, or its name? */
static bool is_named(const json_t *one, const char *what)
{
	const char *id = text_of(one, "candidacy");

	return strcmp(text_of(one, "name"), what) == 0 || (strlen(what) >= 4 && strncmp(id, what, strlen(what)) == 0) ||
		(strlen(what) >= 4 && strlen(id) > 7 && strncmp(id + 7, what, strlen(what)) == 0);
}

/* The one live candidate that is named so. */
static bool find_candidate(struct cli *c, const char *what, struct digest *out)
{
	json_t *list = cmd_pages(c, "/candidates", "candidates"), *one;
	bool ok = list != NULL;
	size_t i, n = 0;

	json_array_foreach(list, i, one)
	{
		if (strcmp(text_of(one, "state"), "over") == 0 || !is_named(one, what))
			continue;
		n++;
		ok = ok && (digest_parse(text_of(one, "candidacy"), out) || err_set(&c->e, "bad_answer", "a candidacy is no digest"));
	}
	json_decref(list);
	if (ok && n != 1)
		ok = err_set(&c->e, "not_a_candidate",
			n == 0 ? "no candidate has this name or candidacy; gmc candidates lists them"
			       : "several candidates are named so: give the candidacy, sha256:...");
	return ok;
}

/* ---- standing */

static json_t *my_candidacy(struct cli *c)
{
	json_t *list = cmd_pages(c, "/candidates", "candidates"), *one, *mine = NULL;
	char key[THUMB_TEXT];
	struct digest thumb;
	size_t i;

	jwk_thumbprint(sig_key_pub(c->key), &thumb);
	thumb_text(&thumb, key);
	json_array_foreach(list, i, one)
	{
		if (strcmp(text_of(one, "key"), key) == 0)
			mine = one; /* the newest comes last */
	}
	json_incref(mine);
	json_decref(list);
	return mine;
}

static bool stand(struct cli *c)
{
	struct candidacy v = { .genesis = c->home.link.genesis, .key = *sig_key_pub(c->key), .iat = c->now };
	const struct charter *now = cmd_in_force(c);
	uint8_t nonce[CANDIDACY_NONCE];
	json_t *envelope, *answer;

	if (charter_invitation_rule(now) == NULL)
		return err_set(&c->e, "not_allowed", "this group invites nobody: gmc join asks to be admitted");
	if (c->home.name[0] == '\0')
		return err_set(&c->e, "bad_argument", "say under which name you stand: --name NAME");
	v.charter = now->object.digest;
	memcpy(v.name, c->home.name, strlen(c->home.name) + 1);
	bytes_random(nonce, sizeof(nonce));
	envelope = cmd_sign(c, KIND_CANDIDACY, candidacy_print(&v, nonce));
	answer = envelope == NULL ? NULL : cmd_post_signed(c, "/candidates", "candidacy", envelope, KIND_CANDIDACY, NULL, NULL);
	json_decref(envelope);
	if (answer == NULL)
		return false;
	term_line(&c->term, "stands", "%s is a candidate of %s; members measure, and the group invites", c->home.name, c->home.link.group);
	if (c->term.json)
		term_json(&c->term, answer);
	json_decref(answer);
	return true;
}

static void tell_mine(struct cli *c, const json_t *mine)
{
	char state[TERM_SAFE];

	tell_state(c, mine, state);
	term_line(&c->term, "stands", "%s, measured by %lld", state, (long long)json_integer_value(json_object_get(mine, "observers")));
	if (strcmp(text_of(mine, "state"), "invited") == 0)
		term_line(&c->term, "next", "gmc join");
	if (c->term.json)
		term_json(&c->term, mine);
}

int cmd_candidate(struct cli *c)
{
	json_t *mine;
	bool rc = true;

	if (c->opt.n > 0 ? !cmd_pin(c, c->opt.args[0]) : !cmd_joined(c))
		return cmd_fail(c);
	if (!cmd_home_key(c) || !cmd_client(c) || !cmd_trust(c))
		return cmd_fail(c);
	mine = my_candidacy(c);
	if (!err_ok(&c->e))
		rc = false;
	else if (mine == NULL || strcmp(text_of(mine, "state"), "over") == 0)
		rc = stand(c) && home_save(&c->home, &c->e);
	else
		tell_mine(c, mine);
	json_decref(mine);
	return rc ? EXIT_DONE : cmd_fail(c);
}

/* ---- measuring */

static int64_t *field_of(struct measurement *m, const char *name, size_t n)
{
	const struct {
		const char *name;
		int64_t *at;
	} fields[] = { { "uptime", &m->uptime }, { "activity", &m->activity }, { "history", &m->history }, { "clients", &m->clients },
		{ "bandwidth", &m->bandwidth }, { "memory", &m->memory } };

	for (size_t i = m->has_candidate ? 0 : 3; i < (m->has_candidate ? 3u : 6u); i++)
		if (strlen(fields[i].name) == n && memcmp(fields[i].name, name, n) == 0)
			return fields[i].at;
	return NULL;
}

/* "uptime=2d" or "activity=12" */
static bool read_fields(struct cli *c, struct measurement *m)
{
	for (size_t i = 1; i < c->opt.n; i++) {
		const char *arg = c->opt.args[i], *eq = strchr(arg, '=');
		int64_t *at = eq == NULL ? NULL : field_of(m, arg, (size_t)(eq - arg));

		if (at == NULL)
			return err_set(&c->e, "bad_argument", "say what you measured: %s",
				m->has_candidate ? "uptime=2d activity=12 history=3" : "clients=8 bandwidth=1000 memory=512");
		if (at == &m->uptime && time_duration_parse(eq + 1, at))
			continue;
		if (strspn(eq + 1, "0123456789") != strlen(eq + 1) || eq[1] == '\0' || strlen(eq + 1) > 15)
			return err_set(&c->e, "bad_argument", "%.20s takes a number", arg);
		*at = strtoll(eq + 1, NULL, 10);
	}
	return true;
}

static bool post_one(struct cli *c, const char *path, const char *name, const char *kind, json_t *payload, const char *word)
{
	json_t *envelope = cmd_sign(c, kind, payload), *answer = NULL, *body;
	bool rc = envelope != NULL;

	if (rc && cmd_option(c, OPT_OUT) != NULL) {
		body = json_pack("{s:O}", name, envelope);
		rc = body != NULL ? cmd_write_json(c, body) : err_memory(&c->e);
		json_decref(body);
	} else if (rc) {
		answer = cmd_post_signed(c, path, name, envelope, kind, NULL, NULL);
		rc = answer != NULL;
	}
	if (answer != NULL)
		term_line(&c->term, word, "%s, receipt kept", c->opt.args[0]);
	if (answer != NULL && c->term.json)
		term_json(&c->term, answer);
	json_decref(answer);
	json_decref(envelope);
	return rc;
}

int cmd_measure(struct cli *c)
{
	struct measurement m = { .has_candidate = strcmp(c->opt.args[0], "load") != 0 };

	if (!cmd_client(c) || !cmd_trust(c) || !cmd_key(c) || !cmd_member(c, &m.member) || !read_fields(c, &m) ||
		(m.has_candidate && !find_candidate(c, c->opt.args[0], &m.candidate)))
		return cmd_fail(c);
	m.genesis = c->home.link.genesis;
	m.charter = cmd_in_force(c)->object.digest;
	m.iat = c->now;
	return post_one(c, "/measurements", "measurement", KIND_MEASUREMENT, measurement_print(&m), "measured") ? EXIT_DONE : cmd_fail(c);
}

/* ---- inviting */

int cmd_invite(struct cli *c)
{
	struct invitation v = { .iat = c->now };
	const struct requirement *rule;

	if (!cmd_client(c) || !cmd_trust(c) || !cmd_key(c) || !find_candidate(c, c->opt.args[0], &v.candidate))
		return cmd_fail(c);
	rule = charter_invitation_rule(cmd_in_force(c));
	if (rule == NULL || rule->invitation.draw > 0) {
		err_set(&c->e, "not_allowed",
			rule == NULL ? "this group invites nobody" : "this group draws whom it invites, when it is time");
		return cmd_fail(c);
	}
	v.has_member = !rule->invitation.by_operators;
	if (v.has_member && !cmd_member(c, &v.member))
		return cmd_fail(c);
	v.genesis = c->home.link.genesis;
	v.charter = cmd_in_force(c)->object.digest;
	v.until = c->now + rule->invitation.life - (rule->invitation.life > 4 * INVITATION_SLACK ? INVITATION_SLACK : 5);
	return post_one(c, "/invitations", "invitation", KIND_INVITATION, invitation_print(&v), "invited") ? EXIT_DONE : cmd_fail(c);
}
