/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/time.h"
#include "peer/file.h"
#include "tests/lib/envelopes.h"
#include "tests/lib/liar.h"

enum { TRIES = 6000, PAUSE_US = 10000, STATE_MAX = 64 * 1024 * 1024, AGO = 3600, END_MS = 10000 };

static void must(bool ok, const char *what, const struct err *e)
{
	if (!ok)
		fail_msg("%s: %s: %s", what, e->name, e->text);
}

/* ---- the process */

/* Where the programs lie: BUILD, or, for a test that is run by hand, two folders above it. */
static void program(char out[static PATH_MAX])
{
	const char *build = getenv("BUILD");
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	assert_true(n > 0);
	self[n] = '\0';
	for (int i = 0; i < 3; i++)
		*strrchr(self, '/') = '\0';
	snprintf(out, PATH_MAX, "%.4000s/gauth-signer", build != NULL ? build : self);
}

static void spawn(struct liar *l, const char *const *args)
{
	/* The signer forbids tracing, by which the leak checker works. */
	static const char *const env[] = { "PATH=/usr/bin:/bin", "ASAN_OPTIONS=detect_leaks=0", NULL };
	char path[PATH_MAX];
	struct process_options o = { .name = "gauth-signer", .path = path, .args = args, .env = env, .bound = true };
	struct err e = { 0 };

	program(path);
	must(process_spawn(&o, &l->process, &e), path, &e);
}

void liar_start(struct liar *l)
{
	const char *args[] = { "--state", l->state, "--socket", l->socket, "--passphrase", l->passphrase, "--lifeline", "3",
		l->allow[0] != '\0' ? "--allow-uid" : NULL, l->allow, NULL };
	struct err e = { 0 };

	spawn(l, args);
	for (int i = 0; i < TRIES && l->link == NULL; i++) {
		err_clear(&e);
		usleep(PAUSE_US);
		l->link = signer_open(l->socket, &e);
	}
	must(l->link != NULL, "gauth-signer", &e);
}

void liar_kill(struct liar *l)
{
	signer_close(l->link);
	l->link = NULL;
	process_signal(&l->process, SIGKILL);
	assert_true(process_wait(&l->process, END_MS, NULL));
}

int liar_rebuild(struct liar *l, const char *head)
{
	const char *args[] = { "--state", l->state, "--passphrase", l->passphrase, "--rebuild", head, NULL };
	int status;

	spawn(l, args);
	assert_true(process_wait(&l->process, END_MS, &status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static struct liar *make(const char *allow)
{
	struct liar *l = calloc(1, sizeof(*l));
	const char *top = getenv("TMPDIR");
	struct err e = { 0 };

	assert_non_null(l);
	snprintf(l->allow, sizeof(l->allow), "%s", allow);
	snprintf(l->dir, sizeof(l->dir), "%.200s/liar-XXXXXX", top != NULL ? top : "/tmp");
	assert_non_null(mkdtemp(l->dir));
	assert_int_equal(chmod(l->dir, 0755), 0);
	snprintf(l->state, sizeof(l->state), "%.250s/state", l->dir);
	snprintf(l->socket, sizeof(l->socket), "%.250s/s", l->dir);
	snprintf(l->passphrase, sizeof(l->passphrase), "%.250s/passphrase", l->dir);
	must(file_write(l->passphrase, 0600, slice_str("a test's own passphrase\n"), &e), "passphrase", &e);
	liar_start(l);
	return l;
}

struct liar *liar_new(void)
{
	return make("");
}

struct liar *liar_new_for(uid_t user)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", (unsigned)user);
	return make(text);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

void liar_free(struct liar *l)
{
	if (l == NULL)
		return;
	if (l->link != NULL)
		liar_kill(l);
	(void)nftw(l->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(l);
}

/* ---- groups */

struct world *liar_world(struct liar *l, enum sig_alg issuing, void (*change)(json_t *charter))
{
	struct sig_pub own, revocation;
	struct world_start start = { .change = change, .issuing = &own, .revocation = &revocation, .now = time_now() - AGO };
	struct err e = { 0 };

	must(signer_create(l->link, issuing, &own, &revocation, &e), "create", &e);
	return world_begin(&start);
}

json_t *liar_issuing(struct liar *l)
{
	struct sig_pub own, revocation;
	struct err e = { 0 };
	char text[DIGEST_TEXT];
	struct digest spki;

	must(signer_create(l->link, SIG_ED25519, &own, &revocation, &e), "create", &e);
	assert_true(profile_spki_digest(&own, &spki));
	digest_text(&spki, text);
	return json_pack("{s:s,s:s,s:i,s:I}", "spki", text, "alg", "Ed25519", "from", 0, "until", (json_int_t)CHARTERS_UNTIL);
}

static uint64_t hello(struct liar *l, const struct world *w, struct digest *root)
{
	struct signer_state state;
	struct err e = { 0 };

	must(signer_hello(l->link, &w->genesis, &state, &e), "hello", &e);
	*root = state.root;
	return state.size;
}

uint64_t liar_size(struct liar *l, const struct world *w)
{
	struct digest root;

	return hello(l, w, &root);
}

json_t *liar_items(const struct world *w, size_t from, size_t to)
{
	json_t *list = json_array();

	for (size_t i = from; i < to; i++) {
		json_t *one = json_object();

		assert_true(object_set_base64(one, "entry", buf_slice(&w->log[i].bytes)));
		if (w->log[i].object != NULL)
			assert_int_equal(json_object_set(one, "object", w->log[i].object), 0);
		if (w->log[i].evidence != NULL)
			assert_int_equal(json_object_set(one, "evidence", w->log[i].evidence), 0);
		assert_int_equal(json_array_append_new(list, one), 0);
	}
	return list;
}

bool liar_send_items(struct liar *l, const struct world *w, uint64_t from, json_t *items, struct err *e)
{
	uint64_t size;

	return signer_extend(l->link, &w->genesis, from, items, &size, e);
}

bool liar_send(struct liar *l, const struct world *w, struct err *e)
{
	uint64_t from = liar_size(l, w);

	return liar_send_items(l, w, from, liar_items(w, from, w->log_n), e);
}

void liar_accepted(struct liar *l, const struct world *w)
{
	struct digest root, ours = world_root(w, w->log_n);
	struct err e = { 0 };

	must(liar_send(l, w, &e), "an honest request was refused", &e);
	assert_int_equal(hello(l, w, &root), w->log_n);
	assert_memory_equal(&root, &ours, sizeof(root));
}

void liar_state_path(const struct liar *l, const struct world *w, char out[static LIAR_PATH])
{
	char name[65];

	hex_encode(w->genesis.b, sizeof(w->genesis.b), name);
	assert_true(snprintf(out, LIAR_PATH, "%.240s/groups/%s.state", l->state, name) < LIAR_PATH);
}

struct buf liar_state(const struct liar *l, const struct world *w)
{
	struct buf out = { 0 };
	char path[LIAR_PATH];

	liar_state_path(l, w, path);
	(void)file_read(path, STATE_MAX, &out, NULL);
	return out;
}

void liar_refused_items(struct liar *l, const struct world *w, uint64_t from, json_t *items, const char *name)
{
	struct digest root_before, root_after;
	uint64_t before = hello(l, w, &root_before);
	struct buf file_before = liar_state(l, w), file_after;
	struct err e = { 0 };

	assert_false(liar_send_items(l, w, from, items, &e));
	if (!err_is(&e, name))
		fail_msg("refused by \"%s\" (%s) instead of \"%s\"", e.name, e.text, name);
	assert_int_equal(hello(l, w, &root_after), before);
	assert_memory_equal(&root_before, &root_after, sizeof(root_after));
	file_after = liar_state(l, w);
	assert_int_equal(file_before.n, file_after.n);
	if (file_before.n > 0)
		assert_memory_equal(file_before.p, file_after.p, file_after.n);
	buf_free(&file_before);
	buf_free(&file_after);
}

void liar_refused(struct liar *l, const struct world *w, const char *name)
{
	uint64_t from = liar_size(l, w);

	liar_refused_items(l, w, from, liar_items(w, from, w->log_n), name);
}

/* ---- what happens in them */

struct evidence liar_votes(const struct world *w, const char *choices)
{
	struct evidence ev = { 0 };
	size_t n = strlen(choices);

	ev.votes = calloc(n + 1, sizeof(*ev.votes));
	assert_non_null(ev.votes);
	for (size_t i = 0; i < n; i++) {
		enum choice c = choices[i] == 'y' ? CHOICE_YES : choices[i] == 'n' ? CHOICE_NO : CHOICE_ABSTAIN;

		if (choices[i] != '-')
			ev.votes[ev.votes_n++] = world_cast(w, i, c);
	}
	return ev;
}

void liar_votes_free(struct evidence *ev)
{
	evidence_free(ev);
}

size_t liar_decide(struct world *w, const struct evidence *ev, bool closed, enum outcome outcome)
{
	const struct evidence_view view = world_view(w);
	size_t index = w->log_n;
	struct verified v;
	struct decision d;
	struct err e = { 0 };

	must(evidence_verify(w->c, w->charter, &w->proposal, ev, &view, evidence_instant(&w->proposal, w->now + 1), closed, &v, &e),
		"evidence", &e);
	d = world_decision(w, &v, outcome);
	if (closed && d.decided < proposal_closes(&w->proposal))
		d.decided = proposal_closes(&w->proposal);
	verified_free(&v);
	world_decide(w, &d);
	w->log[index].evidence = world_evidence(ev);
	return index;
}

size_t liar_admit(struct world *w, const char *choices)
{
	struct evidence ev;
	size_t index;

	world_apply(w);
	world_propose_admission(w);
	ev = liar_votes(w, choices);
	index = liar_decide(w, &ev, false, OUTCOME_YES);
	liar_votes_free(&ev);
	return index;
}

bool liar_certify(struct liar *l, const struct world *w, const struct digest *cause, struct buf *out, struct err *e)
{
	return signer_certify(l->link, &w->genesis, cause, 1, out, e);
}
