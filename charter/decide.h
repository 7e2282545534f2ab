/* SPDX-License-Identifier: ISC
 * The decision: one pure function, called by the server, the signer, the auditor and the editor alike. */
#ifndef CHARTER_DECIDE_H
#define CHARTER_DECIDE_H

#include "charter/charter.h"

enum question { Q_ADMIT, Q_EXPEL, Q_AMEND, Q_RENEW, Q_RECOVER };
enum choice { CHOICE_YES, CHOICE_NO, CHOICE_ABSTAIN };
enum verdict { VERDICT_NOT_YET, VERDICT_YES, VERDICT_NO };

struct fact_vote {
	struct id16 member;
	enum choice choice;
};
struct fact_approval {
	struct digest key; /* operator's thumbprint */
	bool approve;
};

/* A vouch that stands in the log and is not void. Times in seconds. */
struct fact_vouch {
	struct id16 member;
	int64_t age;     /* how long the voucher had been a member when it vouched */
	int64_t elapsed; /* since then, to the instant that is decided for */
	uint32_t live;   /* the voucher's live vouches then, this one included */
	bool reason;     /* it gave one */
};
enum challenge_type { CHALLENGE_CAPTCHA, CHALLENGE_WORK, CHALLENGE_EXTERNAL };
struct fact_challenge {
	enum challenge_type type;
	enum captcha_kind captcha; /* by type: this, */
	int64_t effort;            /* this, */
	const char *provider;      /* or this, borrowed */
};
/* Does it meet this leaf? Never another one than captcha, work or external. */
bool fact_challenge_meets(const struct fact_challenge *c, const struct requirement *r);

/* What is known about a proposal. Filled from verified evidence by peer/evidence and by nothing else (and by a charter's own tests).
 * All pointers are borrowed. One vote for each member, none of the subject's and none by who has no vote; one approval for each operator;
 * one vouch for each member. */
struct facts {
	enum question question;
	uint32_t electorate;     /* n, the subject included */
	uint32_t without_vote;   /* of these, those on probation; the subject not counted */
	bool subject_is_elector; /* question_of_member: the subject stands in the electorate and does not vote on itself */
	struct id16 subject;     /* the subject, when it is an elector: a named subset that it stands in has one voter less */
	struct digest applicant; /* key of the applicant; of the member (renew), its new one (recover) */
	const struct fact_vote *votes;
	size_t votes_n;
	const struct fact_approval *approvals;
	size_t approvals_n;
	const struct fact_vouch *vouches;
	size_t vouches_n;
	const struct fact_challenge *challenges; /* those that the applicant met */
	size_t challenges_n;
	/* Electors with a vote, by their distance from the applicant's node ID, nearest first, and from the place opposite it: as many as the
	 * charter's leaves ask for, or as there are. */
	const struct id16 *nearest, *opposite;
	size_t nearest_n, opposite_n;
	bool invited;
	bool closed;     /* the term is over: nothing more is counted */
	bool may_change; /* the charter lets voters change their minds until the close */
};

/* One node of the trace, in preorder. `state` is what holds whatever may still come: VERDICT_NOT_YET while evidence could change it.
 * That a vouch expires is no evidence: where more is awaited than vouches, what they met may be lost again. */
struct trace_node {
	char pointer[96]; /* into the requirement: "/all/0/votes" */
	uint32_t depth;
	enum verdict state;
	bool met_now;          /* would it be met if the term ended now? */
	uint32_t needed, seen; /* in the leaf's unit: yes votes, approvals, vouches, ...; for inner nodes: children */
	uint32_t refusing;     /* no votes or refusals seen */
	uint32_t missing;      /* smallest number of further units that would meet it; 0 when met or impossible */
	char text[160];        /* "2 of 3 say yes; 1 more yes is needed" */
};
struct decision_trace {
	enum verdict verdict;
	bool expired;             /* no, and only because the term ended first: more votes, or other acts, could still have met it */
	struct trace_node *nodes; /* owned */
	size_t n;
	/* For a verdict other than yes, the error name of the leaf that stands in the way (the first; of alternatives that are still open, the
	 * nearest): "votes_missing", "veto", "approvals_missing", "not_listed", "vouches_missing", "captcha_missing", "work_missing",
	 * "external_missing", "not_invited"; "term_open" when all is met and could still be undone. Static text. */
	const char *refusal;
	char missing[200]; /* the smallest thing that would change the verdict, in words: "has 1, needs 2" for votes */
};

/* Decides. False only with e "no_memory". out may be NULL to get no trace; otherwise it must be passed to decision_trace_free.
 * r NULL: always yes. Thresholds (Kim, Mazzocchi, Tsudik 2003): static t; dynamic t = max(minimum, ceil(p n / q)), n = electors
 * without the subject and those without a vote, or yes and no votes cast. *yes* only when nothing that may still come can undo it. */
bool charter_decide(const struct charter *c, const struct requirement *r, const struct facts *f, enum verdict *verdict,
	struct decision_trace *out, struct err *e);
void decision_trace_free(struct decision_trace *t);
/* The requirement of the charter that a question is decided by; NULL: none stands there. `again`: to admit somebody who was refused or
 * expelled before, admission and readmission together; to renew the certificate of a member admitted under an earlier charter, the
 * admission; to amend, new administrators whom the recovery keys name; false for every other question. */
const struct requirement *charter_requirement(const struct charter *c, enum question q, bool again);
/* What is asked of those who vouch on such a question: of any vouches leaf there but its count. NULL: none are taken. */
const struct requirement *charter_vouches_on(const struct charter *c, enum question q);
/* Is the question about a member of the group, who has no say in it? */
bool question_of_member(enum question q);
/* The yes votes that a votes leaf takes, given n (electors or cast); none where only a veto is asked for. */
uint32_t votes_needed(const struct requirement *votes, uint32_t n);
/* Runs the charter's own tests, which are scenarios (scenario.h): false with e "test_failed" (name, expected, got) at the first that
 * differs or cannot happen. Members are numbered: first those that the requirement names, in the order of the charter, then others. Of
 * those with a vote the first so many say yes, then no, then abstain, unless a test lists its votes; the first operators approve, and the
 * first members vouch. An act later than the test's "now", or at the close or behind it, is none. A listed applicant has the first key of
 * the first list that is not empty. An expulsion's subject is the last of the test's members and does not vote; nobody takes it for one
 * that the requirement names. Where the charter has no expulsion the answer is "no". */
bool charter_run_tests(const struct charter *c, struct err *e);

const char *question_name(enum question q); /* "admit" ... */
const char *choice_name(enum choice c);     /* "yes" ... */
const char *verdict_name(enum verdict v);   /* "yes", "no", "not yet" */
extern const char *const question_words[];  /* for at_word, NULL-terminated */
extern const char *const choice_words[];
extern const char *const verdict_words[];

#endif
