/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/records.h"

static json_t *own(json_t *docs[static 2 * HALL_MAX], size_t *n, const struct jws *j)
{
	docs[*n] = envelope_json(j);
	return docs[(*n)++];
}

/* The path of elector i of an electorate. */
static size_t path_of(const struct electorate *el, uint64_t i, struct digest path[static MERKLE_PATH_MAX])
{
	struct merkle_tree t;
	size_t n;

	assert_true(electorate_tree(el, &t, NULL));
	n = merkle_tree_inclusion(&t, i, el->n, path);
	merkle_tree_free(&t);
	return n;
}

/* What a hall gathered as parts of a record. */
struct gathered {
	struct record_vote votes[HALL_MAX];
	struct record_object objects[HALL_MAX];
	struct record_place places[HALL_MAX]; /* of those who vouched or invited */
	json_t *docs[2 * HALL_MAX];           /* owned */
};

static void sit(const struct electorate *el, const struct id16 *member, struct record_place *out)
{
	int64_t at = electorate_find(el, member);

	assert_true(at >= 0);
	out->elector = el->e[at];
	out->index = (uint64_t)at;
	out->path_n = path_of(el, out->index, out->path);
}

static void gather(const struct hall *h, struct gathered *g, struct record_parts *p)
{
	const struct electorate *el = &h->w->electorate;
	struct record_place at;
	struct id16 member;
	struct vote vote;
	size_t n = 0;

	memset(g, 0, sizeof(*g));
	for (size_t i = 0; i < h->ev.votes_n; i++) {
		struct record_vote *v = &g->votes[i];

		assert_true(vote_parse(&h->votes[i].jws, &vote, NULL));
		*v = (struct record_vote){ own(g->docs, &n, &h->votes[i].jws), .key = h->votes[i].key, .status = h->votes[i].status,
			.digest = vote.digest };
		sit(el, &vote.member, &at);
		v->elector = at.elector;
		v->index = at.index;
		v->path_n = at.path_n;
		memcpy(v->path, at.path, sizeof(v->path));
	}
	for (size_t i = 0; i < h->ev.objects_n; i++) {
		struct record_object *o = &g->objects[i];

		*o = (struct record_object){ own(g->docs, &n, &h->objects[i].jws), .key = h->objects[i].key };
		jws_digest(&h->objects[i].jws, evidence_kind(&h->objects[i].jws, NULL), &o->digest);
		if (!evidence_by_member(&h->objects[i].jws, &member))
			continue;
		sit(el, &member, &g->places[i]);
		o->place = &g->places[i];
	}
	p->votes = g->votes;
	p->votes_n = h->ev.votes_n;
	p->objects = g->objects;
	p->objects_n = h->ev.objects_n;
}

static void give_back(struct gathered *g)
{
	for (size_t i = 0; i < 2 * HALL_MAX; i++)
		json_decref(g->docs[i]);
}

void hall_decide(struct hall *h, enum outcome outcome)
{
	struct verified v = hall_good(h);
	struct decision d = world_decision(h->w, &v, outcome);
	struct record_parts p = { 0 };
	struct gathered g;
	size_t at = h->decided = h->w->log_n;

	if (h->closed)
		d.decided = proposal_closes(&h->w->proposal);
	world_decide(h->w, &d);
	verified_free(&v);
	gather(h, &g, &p);
	if (outcome == OUTCOME_YES)
		h->w->log[at].evidence = record_evidence(&p, NULL);
	give_back(&g);
}

/* The entries of a record, in their order. */
struct entries {
	uint64_t set[2 * WORLD_LOG];
	size_t n;
	struct slice row[WORLD_LOG];
	struct buf nodes;
};

static struct slice logged(const struct world *w, uint64_t i, struct entries *all)
{
	all->set[all->n++] = i;
	return buf_slice(&w->log[i].bytes);
}

static size_t put_charters(const struct world *w, struct record_charter out[static 1 + WORLD_VERSIONS], struct entries *all)
{
	size_t n = 0;

	out[n++] = (struct record_charter){ w->log[0].object, logged(w, 0, all) };
	for (size_t i = 0; i < w->later_n; i++) {
		if (w->later_at[i] == 0 || w->later_at[i] > w->proposal.electorate_size)
			continue;
		out[n++] = (struct record_charter){ w->log[w->later_at[i]].object, logged(w, w->later_at[i], all) };
	}
	return n;
}

/* From the proposal's on; with the one that ended a membership they are all that there are, and their proof is made. */
static void put_entries(const struct hall *h, struct record_parts *p, struct entries *all)
{
	const struct world *w = h->w;
	size_t own = h->decided + (w->decision.outcome == OUTCOME_YES ? 3 : 1), end = h->ended != 0 ? own : w->log_n;

	for (size_t i = w->proposal.electorate_size; i < end; i++)
		all->row[p->entries_n++] = logged(w, i, all);
	p->entries = all->row;
	if (h->ended != 0)
		p->ended = logged(w, h->ended, all);
	world_prove(w, all->set, all->n, &all->nodes);
	p->nodes = (const struct digest *)(const void *)all->nodes.p;
	p->nodes_n = all->nodes.n / sizeof(struct digest);
}

/* Who signed a motion and the complaints that it names. */
struct signers {
	struct record_place places[WORLD_MEMBERS + MOTION_COMPLAINTS_MAX];
	struct record_signed movers[WORLD_MEMBERS], complaints[MOTION_COMPLAINTS_MAX];
};

static size_t member_of(const struct world *w, const struct id16 *member)
{
	size_t i = 0;

	while (id16_compare(&w->members[i].member, member) != 0)
		i++;
	return i;
}

static struct record_signed signer_of(const struct world *w, size_t member, const json_t *object, struct record_place *place)
{
	sit(&w->electorate, &w->members[member].member, place);
	return (struct record_signed){ object, *sig_key_pub(w->members[member].key), place };
}

static void put_motion(const struct world *w, struct record_parts *p, struct signers *s)
{
	size_t subject = member_of(w, &w->proposal.member), n = w->movers == 0 ? 1 : w->movers, places = 0;

	p->motion = w->motion_json;
	for (size_t i = 0; i < n; i++)
		s->movers[i] = signer_of(w, world_mover(subject, i), NULL, &s->places[places++]);
	p->mover_key = s->movers[0].key;
	p->mover = s->movers[0].place;
	p->movers = &s->movers[1];
	p->movers_n = n - 1;
	for (; p->complaints_n < json_array_size(w->complaints); p->complaints_n++) {
		const json_t *doc = json_array_get(w->complaints, p->complaints_n);
		struct at at = at_root(doc, NULL);
		struct complaint x;
		struct jws j;

		assert_true(jws_read(&at, &j) && complaint_parse(&j, &x, NULL));
		s->complaints[p->complaints_n] = signer_of(w, member_of(w, &x.by), doc, &s->places[places++]);
		complaint_free(&x);
		jws_free(&j);
	}
	p->complaints = s->complaints;
}

/* What a member asks for, and its place. */
static void put_request(const struct world *w, struct record_parts *p, struct signers *s)
{
	const json_t *evidence = w->log[w->proposal.electorate_size].evidence;

	p->renewal = json_object_get(evidence, "renewal");
	p->recovery = json_object_get(evidence, "recovery");
	s->movers[0] = signer_of(w, member_of(w, &w->proposal.member), NULL, &s->places[0]);
	p->holder = &s->movers[0];
}

/* A draft that became no charter comes without its approvals. */
static json_t *draft_of(const struct world *w)
{
	const struct signed_charter *sc = &w->later[w->later_n - 1];
	json_t *none = json_array(), *o;

	o = signed_charter_print(buf_slice(&sc->charter->payload), w->decision.outcome == OUTCOME_YES ? sc->approvals : none, NULL);
	json_decref(none);
	return o;
}

json_t *hall_record(struct hall *h, bool whole)
{
	const struct world *w = h->w;
	struct record_charter charters[1 + WORLD_VERSIONS];
	struct gathered g;
	struct entries all = { 0 };
	struct signers signers;
	struct record_parts p = { .genesis = w->genesis, .charters = charters, .proposal = w->proposal_json, .decision = w->decision_json };
	struct buf gmc = { 0 }, ca = { 0 };
	json_t *head = world_head(w), *draft = NULL, *doc;

	gather(h, &g, &p);
	p.head = head;
	p.charters_n = whole ? put_charters(w, charters, &all) : 0;
	put_entries(h, &p, &all);
	if (w->proposal.question == Q_ADMIT)
		p.application = w->application_json;
	if (w->proposal.question == Q_EXPEL)
		put_motion(w, &p, &signers);
	if (w->proposal.question == Q_RENEW || w->proposal.question == Q_RECOVER)
		put_request(w, &p, &signers);
	if (w->proposal.question == Q_AMEND)
		p.draft = draft = draft_of(w);
	if (w->proposal.question == Q_ADMIT && w->decision.outcome == OUTCOME_YES) {
		world_gmc(w, 3, &gmc);
		world_ca(w, &ca);
		p.gmc = h->ended != 0 ? slice_of(NULL, 0) : buf_slice(&gmc);
		p.authority = buf_slice(&ca);
	}
	doc = record_print(&p, NULL);
	assert_non_null(doc);
	give_back(&g);
	json_decref(head);
	json_decref(draft);
	buf_free(&gmc);
	buf_free(&ca);
	buf_free(&all.nodes);
	return doc;
}

bool record_holds(struct crypto *c, const json_t *doc, const struct trust *pin, struct audit *out, struct err *e)
{
	struct buf text = { 0 };
	struct err own = { 0 };
	bool rc;

	assert_true(json_write(doc, &text, NULL));
	rc = record_audit(c, buf_slice(&text), pin, out, e == NULL ? &own : e);
	buf_free(&text);
	if (!rc && e == NULL)
		fail_msg("%s: %s %s", own.name, own.text, own.pointer);
	return rc;
}
