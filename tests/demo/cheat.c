/* SPDX-License-Identifier: ISC
 * A stolen authority, for the demonstration: it has the notary's key, the store and the signer's socket, and claims that a proposal passed
 * with the votes that are there so far. gauthd itself has no such mode. Prints what the signer says.
 * Status 0: it refused because votes are missing; 1: it took the lie; 2: it could not be asked; 3: it refused for another reason. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority/archive.h"
#include "authority/cluster.h"
#include "authority/intend.h"
#include "authority/place.h"
#include "authority/signer.h"
#include "authority/sync.h"
#include "peer/keyfile.h"
#include "peer/record.h"

enum { CHEAT_REFUSED, CHEAT_TAKEN, CHEAT_NOT_ASKED, CHEAT_OTHER };

struct cheat {
	struct worker *w;
	struct group group;
	struct record_vote *votes;
	size_t n;
	struct tally tally;
	struct proposal proposal;
};

/* The votes that are there, all claimed to be counted. */
static bool load_votes(struct cheat *c, uint64_t number, struct err *e)
{
	static const struct statement st = { "cheat_votes",
		"SELECT v.doc, v.member, v.digest, v.choice, k.pub FROM votes v JOIN member_keys k ON k.g = v.g AND k.key = v.key"
		" WHERE v.g = $1 AND v.number = $2 AND v.replaced IS NULL ORDER BY v.member" };
	struct db_args a = { 0 };
	PGresult *r;
	bool ok = true;

	arg_int4(&a, c->group.g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(c->w->db, &st, &a, &r, e))
		return false;
	c->votes = calloc((size_t)PQntuples(r) + 1, sizeof(*c->votes));
	for (int i = 0; ok && c->votes != NULL && i < PQntuples(r); i++) {
		struct record_vote *v = &c->votes[c->n++];
		struct ballot b = { .status = VOTE_COUNTED, .choice = (enum choice)res_int(r, i, 3) };

		v->vote = archive_document(res_text(r, i, 0), e);
		ok = v->vote != NULL && res_id16(r, i, 1, &b.member) && res_digest(r, i, 2, &b.vote) &&
			pub_read(res_bytes(r, i, 4), &v->key) && tally_add(&c->tally, &b, e);
		v->digest = b.vote;
		v->elector.member = b.member;
	}
	PQclear(r);
	return ok && tally_close(&c->tally, e);
}

static bool load_proposal(struct cheat *c, uint64_t number, struct err *e)
{
	static const struct statement st = { "cheat_proposal", "SELECT doc FROM proposals WHERE g = $1 AND number = $2" };
	struct db_args a = { 0 };
	struct jws j;
	PGresult *r;
	bool ok;

	arg_int4(&a, c->group.g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(c->w->db, &st, &a, &r, e))
		return false;
	ok = PQntuples(r) == 1 ? jws_parse(slice_str(res_text(r, 0, 0)), OBJECT_MAX * 2, &j, e)
			       : err_set(e, "not_found", "there is no such proposal");
	PQclear(r);
	if (!ok)
		return false;
	ok = proposal_parse(&j, &c->proposal, e);
	jws_free(&j);
	return ok;
}

/* A decision *yes*, signed as the real one would be, and its log entry. */
static json_t *lie(struct cheat *c, struct err *e)
{
	struct decision d = { .genesis = c->group.genesis,
		.charter = c->proposal.charter,
		.proposal = c->proposal.digest,
		.outcome = OUTCOME_YES,
		.yes = c->tally.yes,
		.no = c->tally.no,
		.abstain = c->tally.abstain,
		.votes_root = c->tally.root };
	struct record_parts parts = { .votes = c->votes, .votes_n = c->n };
	struct entry en = { .event = EVENT_DECISION };
	struct buf doc = { 0 }, bytes = { 0 };
	struct log_writer *lw;
	json_t *item = json_object(), *evidence = record_evidence(&parts, e);
	bool ok = item != NULL && evidence != NULL && digests_root(NULL, 0, &d.evidence_root, e) && log_open(c->w, c->group.g, &lw, e);

	if (!ok)
		return NULL;
	d.decided = en.time = lw->now;
	d.log_size = en.index = lw->group.log_size;
	log_root(lw, &d.log_root);
	log_close(lw);
	en.genesis = d.genesis;
	ok = notary_sign(c->w, KIND_DECISION, decision_print(&d), &doc, &en.object, e) && entry_print(&en, &bytes, e) &&
		object_set_base64(item, "entry", buf_slice(&bytes)) &&
		json_object_set_new(item, "object", archive_document(buf_cstr(&doc), e)) == 0 &&
		json_object_set_new(item, "evidence", evidence) == 0;
	buf_free(&doc);
	buf_free(&bytes);
	return ok ? item : NULL;
}

/* All that is needed before the signer can be asked; what fails here is our own failure. Owned: *items. */
static bool prepare(struct cheat *c, const char *group, uint64_t number, json_t **items, struct err *e)
{
	json_t *item;

	if (!group_find(c->w, group, &c->group, e) || !sync_signer(c->w, c->group.g, &c->group, e) || !load_proposal(c, number, e) ||
		!load_votes(c, number, e))
		return false;
	item = lie(c, e);
	*items = json_array();
	return (item != NULL && json_array_append_new(*items, item) == 0) || err_memory(e);
}

static bool open_worker(struct cheat *c, struct authority *a, const char *state, char *conninfo, char *socket, size_t size, struct err *e)
{
	char notary[PLACE_MAX + 32];
	struct place place;

	if (!place_find(state, &place, e))
		return false;
	cluster_conninfo(&place, cluster_owner, conninfo);
	snprintf(notary, sizeof(notary), "%s/gauthd/notary.pem", place.base);
	snprintf(socket, size, "%s/signer/socket", place.run);
	a->notary = keyfile_read(notary, NULL, e);
	if (a->notary == NULL)
		return false;
	jwk_thumbprint(sig_key_pub(a->notary), &a->notary_thumb);
	c->w = worker_open(a, e);
	return c->w != NULL;
}

/* The one answer that shows what is to be shown is that votes are missing. */
static int ask(struct cheat *c, json_t *items)
{
	struct err e = { 0 };
	uint64_t size;

	if (signer_extend(c->w->signer, &c->group.genesis, c->group.log_size, items, &size, &e)) {
		printf("signer took it: a certificate would follow\n");
		return CHEAT_TAKEN;
	}
	if (err_is(&e, "signer_unavailable") || err_is(&e, "no_memory")) {
		fprintf(stderr, "cheat: the signer did not answer: %s: %s\n", e.name, e.text);
		return CHEAT_NOT_ASKED;
	}
	printf("signer REFUSED  %s: %s\n", e.name, e.text);
	return err_is(&e, "votes_missing") ? CHEAT_REFUSED : CHEAT_OTHER;
}

int main(int argc, char **argv)
{
	char conninfo[CLUSTER_CONNINFO_MAX], socket[PLACE_RUN_MAX + 32];
	struct log log = { .to = stderr, .program = "cheat", .level = LOG_ERROR };
	struct authority a = { .conninfo = conninfo, .signer_path = socket, .log = &log };
	struct cheat c = { 0 };
	struct err e = { 0 };
	json_t *items = NULL;

	if (argc != 5 || strcmp(argv[1], "--state") != 0) {
		fprintf(stderr, "usage: cheat --state DIR GROUP NUMBER\n");
		return CHEAT_NOT_ASKED;
	}
	if (!open_worker(&c, &a, argv[2], conninfo, socket, sizeof(socket), &e) ||
		!prepare(&c, argv[3], strtoull(argv[4], NULL, 10), &items, &e)) {
		fprintf(stderr, "cheat: the signer was not asked: %s: %s\n", e.name, e.text);
		return CHEAT_NOT_ASKED;
	}
	return ask(&c, items);
}
