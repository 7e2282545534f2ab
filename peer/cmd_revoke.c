/* SPDX-License-Identifier: ISC
 * gmc revoke and gmc expel: taking membership back, one's own or, with the group's consent, another's. */
#include <stdlib.h>
#include <string.h>

#include "peer/cmd.h"
#include "peer/request.h"
#include "voting/motion.h"

static bool read_cause(struct cli *c, enum cause *out)
{
	const char *s = cmd_option(c, OPT_CAUSE);

	*out = CAUSE_UNSPECIFIED;
	for (int i = 0; s != NULL && cause_words[i] != NULL; i++) {
		if (strcmp(s, cause_words[i]) == 0) {
			*out = (enum cause)i;
			return true;
		}
	}
	return s == NULL || err_set(&c->e, "bad_argument", "--cause is one of: %s", option_row(OPT_CAUSE)->help);
}

/* What is revoked: a certificate, a key, the own key, a member, or (without any of these) one's own membership. And the question to ask. */
static bool read_target(struct cli *c, struct revocation *r, char *question, size_t size)
{
	const char *serial = cmd_option(c, OPT_SERIAL), *thumb = cmd_option(c, OPT_THUMBPRINT);
	bool own_key = options_given(&c->opt, OPT_OWN_KEY), member = cmd_option(c, OPT_MEMBER) != NULL;
	char hex[ID16_TEXT];

	if ((serial != NULL) + (thumb != NULL) + own_key + member > 1)
		return err_set(&c->e, "bad_argument", "one of --serial, --thumbprint, --own-key and --member is enough");
	if (serial != NULL) {
		r->target = REVOKE_SERIAL;
		snprintf(question, size, "Revoke certificate %.32s?", serial);
		return id16_parse(serial, &r->serial) || err_set(&c->e, "bad_argument", "--serial takes 32 hex digits");
	}
	if (thumb != NULL || own_key) {
		r->target = REVOKE_KEY;
		jwk_thumbprint(sig_key_pub(c->key), &r->key);
		snprintf(question, size, "Revoke %s and every certificate for it?", own_key ? "your own key" : "this key");
		return own_key || thumb_parse(thumb, &r->key) ||
			err_set(&c->e, "bad_argument", "--thumbprint takes 43 characters of base64url");
	}
	r->target = REVOKE_MEMBER;
	if (!cmd_member(c, &r->member))
		return false;
	id16_text(&r->member, hex);
	if (c->home.has_member && id16_compare(&r->member, &c->home.member) == 0)
		snprintf(question, size, "Leave the group %s for good, as member %s?", c->home.link.group, hex);
	else
		snprintf(question, size, "Revoke member %s of %s?", hex, c->home.link.group);
	return true;
}

/* An operator's word may do no more than suspend. */
static void tell(struct cli *c, const json_t *answer)
{
	const json_t *until = json_object_get(answer, "suspended_until");
	char when[TIME_WORDS + 16];

	if (!json_is_integer(until)) {
		term_line(&c->term, "revoke", "received, receipt kept; the next list says so");
		return;
	}
	cmd_when(json_integer_value(until), c->now, when);
	term_line(&c->term, "revoke", "suspended until %s, receipt kept; the lists say so", when);
	term_note(&c->term, "it is a member again then, unless the group expels it before: gmc expel MEMBER, by a member");
}

int cmd_revoke(struct cli *c)
{
	struct revocation r = { .iat = c->now };
	json_t *envelope = NULL, *answer = NULL;
	char question[256];
	bool rc = cmd_trust(c) && cmd_key(c) && read_cause(c, &r.cause) && read_target(c, &r, question, sizeof(question)) &&
		cmd_confirm(c, question);

	if (rc) {
		r.genesis = c->home.link.genesis;
		r.charter = cmd_in_force(c)->object.digest;
		envelope = cmd_sign(c, KIND_REVOCATION, revocation_print(&r));
	}
	if (envelope != NULL)
		answer = cmd_post_signed(c, "/revocations", "revocation", envelope, KIND_REVOCATION, "", NULL);
	rc = answer != NULL;
	if (rc)
		tell(c, answer);
	json_decref(answer);
	json_decref(envelope);
	return rc ? EXIT_DONE : cmd_fail(c);
}

/* A member by its 32 digits, or by the beginning of them or the name where only one member of the server's list fits. */
static bool find_member(struct cli *c, const char *what, struct id16 *out)
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

static json_t *make_motion(struct cli *c, json_t **text)
{
	struct motion m = {
		.genesis = c->home.link.genesis, .charter = cmd_in_force(c)->object.digest, .question = Q_EXPEL, .iat = c->now
	};
	const char *reason = cmd_option(c, OPT_MESSAGE);

	m.has_reason = reason != NULL;
	if (!find_member(c, c->opt.args[0], &m.member) || (reason != NULL && (*text = cmd_free_text(c, reason, &m.reason)) == NULL))
		return NULL;
	return cmd_sign(c, KIND_MOTION, motion_print(&m));
}

int cmd_expel(struct cli *c)
{
	json_t *text = NULL, *envelope = NULL, *answer = NULL;
	long long number;
	bool rc;

	if (cmd_trust(c) && cmd_key(c) &&
		(cmd_in_force(c)->expulsion != NULL || err_set(&c->e, "not_allowed", "the charter lets nobody be expelled by vote")))
		envelope = make_motion(c, &text);
	if (envelope != NULL)
		answer = cmd_post_signed(c, "/proposals", "motion", envelope, KIND_MOTION, "reason", text);
	rc = answer != NULL;
	if (rc) {
		number = (long long)json_integer_value(json_object_get(answer, "proposal"));
		term_line(&c->term, "expel", "proposal %lld is open, receipt kept", number);
		term_note(&c->term, "it is no vote: gmc vote %lld yes", number);
		if (c->term.json)
			term_json(&c->term, answer);
	}
	json_decref(answer);
	json_decref(envelope);
	json_decref(text);
	return rc ? EXIT_DONE : cmd_fail(c);
}
