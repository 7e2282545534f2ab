/* SPDX-License-Identifier: ISC */
#include "voting/challenge.h"

#include <stdio.h>

#include "base/time.h"

/* By type, the member of "met" that says it. */
static const char *const met_words[] = { "captcha", "work", "external", NULL };
static const char *const met_members[] = { "captcha", "work", "external", "proof", NULL };
/* In the order of enum captcha_kind, whose values are bits. */
static const char *const captcha_words[] = { "graphic", "logic", "audio", NULL };

static bool read_captcha(const struct at *met, struct challenge *c)
{
	int word;

	if (!at_word(met, "captcha", captcha_words, &word))
		return false;
	c->captcha = (enum captcha_kind)(1 << word);
	return true;
}

static bool read_provider(const struct at *met, struct challenge *c)
{
	const char *provider;

	if (!at_label(met, "external", &provider))
		return false;
	snprintf(c->provider, sizeof(c->provider), "%s", provider);
	return true;
}

static bool read_work(const struct at *met, struct challenge *c)
{
	struct at proof;

	return at_int(met, "work", 1, WORK_EFFORT_MAX, &c->effort) && at_member(met, "proof", &proof) && work_read(&proof, &c->work);
}

static bool read_met(const struct at *at, struct challenge *c)
{
	struct at met;
	int n = 0;

	if (!at_member(at, "met", &met) || !at_only(&met, met_members))
		return false;
	for (int i = 0; met_words[i] != NULL; i++) {
		if (!at_has(&met, met_words[i]))
			continue;
		c->type = (enum challenge_type)i;
		n++;
	}
	if (n != 1)
		return at_refuse(&met, "bad_value", "a challenge is a captcha, work or a provider's: exactly one of them");
	if (c->type == CHALLENGE_WORK)
		return read_work(&met, c);
	if (at_has(&met, "proof"))
		return at_refuse(&met, "bad_value", "work alone has a proof");
	return c->type == CHALLENGE_CAPTCHA ? read_captcha(&met, c) : read_provider(&met, c);
}

static bool read_times(const struct at *at, struct challenge *c)
{
	struct at until;

	if (!at_int(at, "iat", 0, TIME_MAX, &c->iat) || !at_int(at, "until", 0, TIME_MAX, &c->until) || !at_member(at, "until", &until))
		return false;
	if (c->until <= c->iat || c->until - c->iat > CHALLENGE_LIFE_MAX)
		return at_refuse(&until, "bad_value", "a challenge that was met is good for 1 to %d seconds", CHALLENGE_LIFE_MAX);
	return true;
}

bool challenge_parse(const struct jws *j, struct challenge *out, struct err *e)
{
	static const char *const members[] = { "charter", "subject", "key", "met", "iat", "until", NULL };
	struct challenge c = { 0 };
	struct object o;
	struct at at;
	bool rc;

	if (!object_open(KIND_CHALLENGE, j, members, &o, &at, e))
		return false;
	c.digest = o.digest;
	c.genesis = o.genesis;
	rc = at_digest(&at, "charter", &c.charter) && at_digest(&at, "subject", &c.subject) && at_thumb(&at, "key", &c.key) &&
		read_met(&at, &c) && read_times(&at, &c);
	if (rc)
		*out = c;
	object_free(&o);
	return rc;
}

static const char *captcha_word(enum captcha_kind kind)
{
	size_t i = 0;

	while (captcha_words[i + 1] != NULL && 1 << i != (int)kind)
		i++;
	return captcha_words[i];
}

static bool set_met(json_t *o, const struct challenge *c)
{
	const char *name = met_words[c->type];
	json_t *met = json_object();
	bool ok;

	if (c->type == CHALLENGE_WORK)
		ok = object_set_int(met, name, c->effort) && json_object_set_new(met, "proof", work_print(&c->work)) == 0;
	else
		ok = object_set_string(met, name, c->type == CHALLENGE_CAPTCHA ? captcha_word(c->captcha) : c->provider);
	if (ok)
		return json_object_set_new(o, "met", met) == 0;
	json_decref(met);
	return false;
}

json_t *challenge_print(const struct challenge *c)
{
	json_t *o = object_begin(KIND_CHALLENGE, &c->genesis);

	if (object_set_digest(o, "charter", &c->charter) && object_set_digest(o, "subject", &c->subject) &&
		object_set_thumb(o, "key", &c->key) && set_met(o, c) && object_set_int(o, "iat", c->iat) &&
		object_set_int(o, "until", c->until))
		return o;
	json_decref(o);
	return NULL;
}

bool challenge_fits(
	const struct challenge *c, const struct proposal *p, const struct digest *subject, const struct digest *key, struct err *e)
{
	if (digest_compare(&c->genesis, &p->genesis) != 0)
		return err_set(e, "wrong_context", "the challenge was met for another group");
	if (digest_compare(&c->charter, &p->charter) != 0)
		return err_set(e, "wrong_context", "the challenge was met under another charter than the proposal's");
	if (digest_compare(&c->subject, subject) != 0)
		return err_set(e, "wrong_context", "the challenge was met for another purpose than this one");
	if (digest_compare(&c->key, key) != 0)
		return err_set(e, "wrong_context", "the challenge was met by the holder of another key");
	return true;
}

bool challenge_in_term(const struct challenge *c, const struct proposal *p, int64_t at, struct err *e)
{
	if (c->iat < p->opened - CHALLENGE_BEFORE || c->until <= p->opened)
		return err_set(e, "challenge_late", "the challenge was met too long before the proposal opened");
	if (c->iat > at + CHALLENGE_SLACK)
		return err_set(e, "challenge_late", "the challenge was met after the proposal was decided or closed");
	return true;
}

bool challenge_covers(const struct challenge *c, int64_t iat, struct err *e)
{
	if (c->iat > iat + CHALLENGE_SLACK)
		return err_set(e, "challenge_late", "the challenge was met after what it is for");
	if (iat >= c->until + CHALLENGE_SLACK)
		return err_set(e, "challenge_late", "the challenge had run out when what it is for was made");
	return true;
}

bool challenge_proves(const struct challenge *c, struct err *e)
{
	return c->type != CHALLENGE_WORK || work_holds(&c->work, c->effort, e);
}

void challenge_fact(const struct challenge *c, struct fact_challenge *out)
{
	*out = (struct fact_challenge){ .type = c->type, .captcha = c->captcha, .effort = c->effort, .provider = c->provider };
}
