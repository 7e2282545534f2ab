/* SPDX-License-Identifier: ISC
 * From verified evidence to facts. */
#include <stdlib.h>
#include <string.h>

#include "peer/evidence.h"

static bool put_ring(const struct proposal *p, struct verified *v, struct err *e)
{
	struct facts *f = &v->facts;

	v->ring = calloc(p->nearest_n + p->opposite_n + 1, sizeof(*v->ring));
	if (v->ring == NULL)
		return err_memory(e);
	memcpy(v->ring, p->nearest, p->nearest_n * sizeof(*v->ring));
	memcpy(v->ring + p->nearest_n, p->opposite, p->opposite_n * sizeof(*v->ring));
	f->nearest = v->ring;
	f->nearest_n = p->nearest_n;
	f->opposite = v->ring + p->nearest_n;
	f->opposite_n = p->opposite_n;
	return true;
}

static bool put_challenges(struct verified *v, struct err *e)
{
	v->challenges = calloc(v->met_n + 1, sizeof(*v->challenges));
	if (v->challenges == NULL)
		return err_memory(e);
	for (size_t i = 0; i < v->met_n; i++)
		challenge_fact(&v->met[i], &v->challenges[i]);
	v->facts.challenges = v->challenges;
	v->facts.challenges_n = v->met_n;
	return true;
}

bool evidence_facts(
	const struct charter *ch, const struct proposal *p, const struct voter *subject, bool closed, struct verified *v, struct err *e)
{
	struct facts *f = &v->facts;

	f->question = p->question;
	f->electorate = p->electorate_n;
	f->without_vote = p->electorate_without;
	f->subject_is_elector = question_of_member(p->question) && subject != NULL && subject->elector;
	if (f->subject_is_elector)
		f->subject = p->member;
	f->applicant = p->key;
	f->closed = closed;
	f->may_change = ch->voting.change;
	f->invited = v->invited;
	if (!tally_facts(&v->tally, question_of_member(p->question) ? &p->member : NULL, &v->votes, &f->votes_n, e) || !put_ring(p, v, e) ||
		!put_challenges(v, e))
		return false;
	f->votes = v->votes;
	f->approvals = v->approvals;
	f->approvals_n = v->approvals_n;
	f->vouches = v->vouches;
	f->vouches_n = v->vouches_n;
	return true;
}

int64_t evidence_instant(const struct proposal *p, int64_t decided)
{
	int64_t closes = proposal_closes(p);

	return decided < closes ? decided : closes;
}

void evidence_at(struct verified *v, int64_t at)
{
	for (size_t i = 0; i < v->vouches_n; i++)
		v->vouches[i].elapsed += at - v->at;
	v->at = at;
}

void verified_free(struct verified *v)
{
	if (v == NULL)
		return;
	tally_free(&v->tally);
	free(v->votes);
	free(v->approvals);
	free(v->vouches);
	free(v->met);
	free(v->challenges);
	free(v->ring);
	memset(v, 0, sizeof(*v));
}
