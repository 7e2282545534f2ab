/* SPDX-License-Identifier: ISC
 * Corpora of records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tests/fuzz/make.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/records.h"

/* Each record has the whole charter in it, often twice. */
static void shorter(json_t *charter)
{
	charters_set(charter, "/administrators/keys/3", NULL);
	charters_set(charter, "/administrators/keys/2", NULL);
	charters_set(charter, "/authority/operators/1", NULL);
	charters_set(charter, "/tests/0", NULL);
}

static void with_operators(json_t *charter)
{
	shorter(charter);
	hall_operators_admit(charter);
}

static void with_amendments(json_t *charter)
{
	shorter(charter);
	charters_set(charter, "/amendment", "{\"votes\":{\"count\":2}}");
}

static void cast(struct hall *h, const char *choices)
{
	static const char letters[] = "yna";

	for (size_t i = 0; choices[i] != '\0'; i++)
		if (choices[i] != '-')
			hall_cast(h, i, (enum choice)(strchr(letters, choices[i]) - letters));
}

static void keep(struct hall *h, const char *name)
{
	char file[64];

	put_doc("record", name, hall_record(h, true));
	snprintf(file, sizeof(file), "%s-without-charters", name);
	put_doc("record", file, hall_record(h, false));
}

/* ---- what was decided */

static void admission(const char *name, const char *choices, enum outcome outcome)
{
	struct hall *h = hall_open(shorter);

	cast(h, choices);
	h->closed = outcome == OUTCOME_EXPIRED;
	hall_decide(h, outcome);
	keep(h, name);
	hall_close(h);
}

static void words(void)
{
	struct hall *h = hall_open(with_operators);

	cast(h, "-y");
	hall_say(h, world_say(h->w, 0, true));
	hall_decide(h, OUTCOME_YES);
	keep(h, "words");
	hall_close(h);
}

static void with_people(json_t *charter)
{
	shorter(charter);
	charters_set(charter, "/admission",
		"{\"all\":[{\"votes\":{\"count\":1,\"nearest\":2}},{\"vouches\":{\"count\":1,\"budget\":2,\"expiry\":86400}},"
		"{\"captcha\":{\"kinds\":[\"graphic\"]}}]}");
	charters_set(charter, "/voting/human", "{\"captcha\":{\"kinds\":[\"graphic\"]}}");
	charters_set(charter, "/voting/probation", "60");
}

static void vouched(void)
{
	struct hall *h = hall_open(with_people);

	cast(h, "yyn");
	for (size_t i = 0; i < 3; i++)
		hall_meet_by(h, i, &h->w->proposal.digest);
	hall_vouch(h, 1, 2);
	hall_vouch(h, 2, 3);
	hall_meet(h);
	put_doc("evidence", "vouched", world_evidence(&h->ev));
	hall_decide(h, OUTCOME_YES);
	keep(h, "vouched");
	hall_close(h);
}

static void ended(void)
{
	struct hall *h = hall_open(shorter);

	cast(h, "yy");
	hall_decide(h, OUTCOME_YES);
	world_log(h->w, (struct entry){ .event = EVENT_SEEDS, .object = digest_fill(1) }, NULL);
	h->ended =
		world_log(h->w, (struct entry){ .event = EVENT_LEFT, .member = h->w->members[3].member, .object = digest_fill(2) }, NULL);
	keep(h, "ended");
	hall_close(h);
}

static void expulsion(void)
{
	struct hall *h = hall_open(shorter);

	cast(h, "nn");
	hall_decide(h, OUTCOME_NO);
	hall_clear(h);
	world_propose_expulsion(h->w, 2);
	cast(h, "yy");
	hall_decide(h, OUTCOME_YES);
	keep(h, "expulsion");
	hall_close(h);
}

static void amendment(enum outcome outcome, const char *choices, const char *name)
{
	struct hall *h = hall_open(with_amendments);
	struct signed_charter *draft;

	cast(h, "nn");
	hall_decide(h, OUTCOME_NO);
	hall_clear(h);
	draft = world_draft(h->w, NULL);
	world_propose_amendment(h->w, &draft->charter->object.digest);
	cast(h, choices);
	hall_decide(h, outcome);
	keep(h, name);
	hall_close(h);
}

/* ---- what is no record any more: the same with one thing gone, another in its place, or something twice */

static const struct {
	const char *at, *json;
} changes[] = {
	{ "/votes/0", NULL },
	{ "/votes/1", "@/votes/0" },
	{ "/votes/0/status", "2" },
	{ "/votes/0/key", "@/votes/1/key" },
	{ "/votes/0/vote", "@/votes/1/vote" },
	{ "/application", NULL },
	{ "/application", "@/proposal" },
	{ "/decision", "@/proposal" },
	{ "/proposal", "@/decision" },
	{ "/head", NULL },
	{ "/entries/0", NULL },
	{ "/entries/1", "@/entries/0" },
	{ "/charters", "[]" },
	{ "/charters/1", "{}" },
	{ "/gmc", "\"MAA\"" },
	{ "/authority", NULL },
	{ "/motion", "@/votes/0/vote" },
	{ "/texts", "[{}]" },
	{ "/genesis", "\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"" },
	{ "/format", "2" },
	{ "/other", "null" },
};

static void spoilt(void)
{
	struct hall *h = hall_open(shorter);
	char name[32];

	cast(h, "yy");
	hall_decide(h, OUTCOME_YES);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		json_t *doc = hall_record(h, true);

		charters_set(doc, changes[i].at, changes[i].json);
		snprintf(name, sizeof(name), "spoilt-%02zu", i);
		put_doc("record", name, doc);
	}
	put_doc("trust", "trust", world_trust(h->w, NULL));
	hall_close(h);
}

void make_records(void)
{
	admission("yes", "yy", OUTCOME_YES);
	admission("no", "nna", OUTCOME_NO);
	admission("expired", "y", OUTCOME_EXPIRED);
	admission("void", "y-n", OUTCOME_VOID);
	words();
	vouched();
	ended();
	expulsion();
	amendment(OUTCOME_NO, "nn", "amendment-refused");
	amendment(OUTCOME_YES, "yy", "amendment");
	spoilt();
}
