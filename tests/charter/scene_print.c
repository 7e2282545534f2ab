/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>

#include "tests/charter/scene.h"

static void print_members(const char *what, const struct id16 *ids, size_t n)
{
	char text[ID16_TEXT];

	for (size_t i = 0; i < n; i++) {
		id16_text(&ids[i], text);
		fprintf(stderr, "  %s %s\n", what, text);
	}
}

static void print_challenge(const struct fact_challenge *c)
{
	switch (c->type) {
	case CHALLENGE_CAPTCHA:
		fprintf(stderr, "  challenge captcha, kind %d\n", (int)c->captcha);
		break;
	case CHALLENGE_WORK:
		fprintf(stderr, "  challenge work, effort %lld\n", (long long)c->effort);
		break;
	case CHALLENGE_EXTERNAL:
		fprintf(stderr, "  challenge external, %s\n", c->provider);
		break;
	}
}

void scene_print(const struct scenery *y, const struct scene *s)
{
	char text[DIGEST_TEXT], *json = json_dumps(s->rule, JSON_COMPACT), member[ID16_TEXT];

	fprintf(stderr, "rule %s\n", json);
	free(json);
	fprintf(stderr, "question %s, %u electors, %u without a vote, %u operators, change %d, closed %d, invited %d\n",
		question_name(s->f.question), (unsigned)s->f.electorate, (unsigned)s->f.without_vote, (unsigned)s->operators_n, s->change,
		s->f.closed, s->f.invited);
	digest_text(&s->f.applicant, text);
	fprintf(stderr, "applicant %s\n", text);
	if (s->f.subject_is_elector)
		print_members("subject", &s->f.subject, 1);
	print_members("nearest", s->nearest, s->f.nearest_n);
	print_members("opposite", s->opposite, s->f.opposite_n);
	for (size_t i = 0; i < s->f.votes_n; i++) {
		id16_text(&s->votes[i].member, member);
		fprintf(stderr, "  vote %s %s\n", member, choice_name(s->votes[i].choice));
	}
	for (size_t i = 0; i < s->f.approvals_n; i++)
		for (uint32_t k = 0; k < s->operators_n; k++)
			if (digest_compare(&y->operator[k], &s->approvals[i].key) == 0)
				fprintf(stderr, "  operator %u %s\n", (unsigned)k + 1, s->approvals[i].approve ? "approves" : "refuses");
	for (size_t i = 0; i < s->f.vouches_n; i++) {
		const struct fact_vouch *v = &s->vouches[i];

		id16_text(&v->member, member);
		fprintf(stderr, "  vouch %s age %lld elapsed %lld live %u reason %d\n", member, (long long)v->age, (long long)v->elapsed,
			(unsigned)v->live, v->reason);
	}
	for (size_t i = 0; i < s->f.challenges_n; i++)
		print_challenge(&s->challenges[i]);
}
