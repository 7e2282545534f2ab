/* SPDX-License-Identifier: ISC
 * gmc vote: on one proposal, or step by step on all that are open. */
#include "peer/cmd.h"

#include <stdlib.h>
#include <string.h>

bool cmd_number(struct cli *c, const char *s, uint64_t *out)
{
	size_t n = strlen(s);

	if (n == 0 || n > 15 || strspn(s, "0123456789") != n || strtoull(s, NULL, 10) == 0)
		return err_set(&c->e, "bad_argument", "a proposal is named by its number: gmc proposals lists them");
	*out = strtoull(s, NULL, 10);
	return true;
}

static bool parse_choice(struct cli *c, const char *s, enum choice *out)
{
	for (int i = 0; choice_words[i] != NULL; i++) {
		if (strcmp(s, choice_words[i]) == 0) {
			*out = (enum choice)i;
			return true;
		}
	}
	return err_set(&c->e, "bad_argument", "the choice is yes, no or abstain");
}

/* Has this folder voted on it before? */
static bool has_voted(const struct cli *c, const struct ballot_paper *p)
{
	char file[HOME_PATH_MAX];

	home_vote_file(&p->proposal.digest, file);
	return home_has(&c->home, file);
}

static void tell_keys(struct cli *c)
{
	term_note(&c->term,
		"y - yes\nn - no\na - abstain\ns - skip, decide later\nd - show the whole proposal as JSON\nq - stop here\n? - this help");
}

enum { STEP_NEXT, STEP_AGAIN, STEP_STOP, STEP_FAILED };

static int step(struct cli *c, const struct ballot_paper *p)
{
	static const char keys[] = "yna";
	char line[64];
	const char *key;

	fflush(c->term.out);
	fprintf(c->term.err, "Your vote [y,n,a,s,d,q,?]? ");
	fflush(c->term.err);
	if (!cmd_line(c, line, sizeof(line)) || strcmp(line, "q") == 0)
		return STEP_STOP;
	if (strcmp(line, "s") == 0)
		return STEP_NEXT;
	if (strcmp(line, "d") == 0)
		term_json(&c->term, p->doc);
	key = line[0] != '\0' && line[1] == '\0' ? strchr(keys, line[0]) : NULL;
	if (key != NULL)
		return cmd_cast(c, p, (enum choice)(key - keys), cmd_option(c, OPT_MESSAGE)) ? STEP_NEXT : STEP_FAILED;
	if (strcmp(line, "d") != 0)
		tell_keys(c);
	return STEP_AGAIN;
}

/* One proposal of the list. STEP_NEXT also when there is nothing to ask. */
static int step_through(struct cli *c, uint64_t number, unsigned *asked)
{
	struct ballot_paper p;
	int rc = STEP_NEXT;

	if (!cmd_ballot_paper(c, number, &p))
		return STEP_FAILED;
	if (!has_voted(c, &p) && json_object_get(p.doc, "outcome") == NULL && proposal_closes(&p.proposal) > c->now) {
		++*asked;
		cmd_ballot_paper_tell(c, &p);
		do
			rc = step(c, &p);
		while (rc == STEP_AGAIN);
	}
	cmd_ballot_paper_free(&p);
	return rc;
}

int cmd_vote_all(struct cli *c)
{
	json_t *list = cmd_pages(c, "/proposals?state=open", "proposals"), *one;
	unsigned asked = 0;
	int rc = STEP_NEXT;
	size_t i;

	if (list == NULL)
		return cmd_fail(c);
	json_array_foreach(list, i, one)
	{
		json_int_t number = json_integer_value(json_object_get(one, "number"));

		if (number <= 0)
			continue;
		rc = step_through(c, (uint64_t)number, &asked);
		if (rc == STEP_FAILED) { /* of one proposal; the next may go well */
			cmd_fail(c);
			err_clear(&c->e);
		}
		if (rc == STEP_STOP)
			break;
	}
	json_decref(list);
	if (asked == 0 && rc != STEP_FAILED)
		term_note(&c->term, "nothing is open that you have not voted on");
	return rc == STEP_FAILED ? EXIT_FAILED : EXIT_DONE;
}

int cmd_vote(struct cli *c)
{
	struct ballot_paper p;
	enum choice choice = CHOICE_YES;
	struct id16 member;
	uint64_t number = 0;
	bool rc;

	if (c->opt.n == 1)
		err_set(&c->e, "missing_argument", "say yes, no or abstain: gmc vote %.20s yes", c->opt.args[0]);
	if (c->opt.n == 2 && (!cmd_number(c, c->opt.args[0], &number) || !parse_choice(c, c->opt.args[1], &choice)))
		return cmd_fail(c);
	if (!err_ok(&c->e) || !cmd_client(c) || !cmd_trust(c) || !cmd_key(c) || !cmd_member(c, &member))
		return cmd_fail(c);
	if (c->opt.n == 0)
		return cmd_vote_all(c);
	if (!cmd_ballot_paper(c, number, &p))
		return cmd_fail(c);
	rc = cmd_cast(c, &p, choice, cmd_option(c, OPT_MESSAGE));
	cmd_ballot_paper_free(&p);
	return rc ? EXIT_DONE : cmd_fail(c);
}
