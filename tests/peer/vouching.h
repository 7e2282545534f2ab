/* SPDX-License-Identifier: ISC
 * What the tests of vouches share: charters that ask for them, members who give them. */
#ifndef TESTS_PEER_VOUCHING_H
#define TESTS_PEER_VOUCHING_H

#include "peer/ledger_state.h"
#include "tests/lib/following.h"

enum { AGE = 10, WINDOW = 1000, EXPIRY = 500 };

static inline void rule(json_t *charter, const char *vouches)
{
	char text[256];

	snprintf(text, sizeof(text), "{\"any\":[{\"votes\":{\"count\":2}},{\"vouches\":{\"count\":2%s}}]}", vouches);
	charters_set(charter, "/admission", text);
}

static inline void of_an_age(json_t *charter)
{
	rule(charter, ",\"age\":10,\"budget\":2,\"window\":1000");
}

static inline void with_reasons(json_t *charter)
{
	rule(charter, ",\"reason\":true");
}

/* A world that is asked, `wait` seconds after its founders joined. */
static inline void open_after(void (*change)(json_t *charter), int64_t wait)
{
	begin(change);
	w->now += wait;
	world_apply(w);
	world_propose_admission(w);
	follower_accepts(f);
	mark = world_mark(w);
}

/* The next applicant. */
static inline void ask_again(int64_t wait)
{
	w->now += wait;
	world_apply(w);
	world_propose_admission(w);
	follower_accepts(f);
	mark = world_mark(w);
}

/* The next vouch is logged at this time. */
static inline void at(int64_t time)
{
	w->now = time - 1;
	mark = world_mark(w);
}

static inline void vouch(size_t i, uint32_t live)
{
	struct vouch v = world_vouch(w, i);

	world_log_vouch(w, &v, w->members[i].key, live);
}

static inline void vouched(size_t i, uint32_t live)
{
	vouch(i, live);
	follower_accepts(f);
	mark = world_mark(w);
}

static inline void vouch_refused(size_t i, uint32_t live, const char *name)
{
	vouch(i, live);
	refused(name);
}

#endif
