/* SPDX-License-Identifier: ISC
 * The commands of gmc, and what they share. A command is one function, with one row of the table in cmd_table.c. */
#ifndef PEER_CMD_H
#define PEER_CMD_H

#include "base/time.h"
#include "peer/client.h"
#include "peer/home.h"
#include "peer/keyfile.h"
#include "peer/options.h"
#include "peer/record.h"
#include "peer/term.h"
#include "peer/trust.h"
#include "voting/receipt.h"

/* Exit codes; 10 to 14 are those of enum gmc_verdict. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_REFUSED = 4, EXIT_UNAVAILABLE = 5, EXIT_WAITING = 15 };

struct cli;
struct command {
	const char *name; /* "charter explain" */
	int (*run)(struct cli *c);
	const char *help;      /* one line */
	const char *arguments; /* "[NUMBER yes|no|abstain]" */
	const char *examples;  /* lines, each "command  # what it does" */
	const char *more;      /* further lines of help, or NULL */
	uint64_t takes;        /* OPTION_BIT of its options, beside --help and --home */
	size_t min, max;       /* arguments */
};
/* Row i of the table, NULL past its end. */
const struct command *command_at(size_t i);
/* The command that words begin with (one word, or two); *used tells how many. NULL: none. */
const struct command *command_find(int argc, char *const *argv, int *used);
/* Examples first, then options: help of one command, and of all. */
void command_help(const struct command *k, FILE *to);
void command_list(FILE *to, const char *family); /* family NULL: all; otherwise those whose name begins with this word */
/* The command nearest to a word, or NULL. */
const struct command *command_nearest(const char *word);

/* One run of a command. Parts below `e` are made when first asked for. */
struct cli {
	const struct command *command;
	struct options opt;
	struct term term;
	FILE *in;
	const char *file; /* that was read last: which one an error's line is in */
	struct err e;
	int64_t (*clock)(void);
	int64_t now; /* the clock when the program began or last waited, or --now */
	bool has_home;
	struct home home;
	struct crypto *crypto;
	struct client *client;
	struct trust *trust;
	struct sig_key *key;
};
/* Runs argv[0..argc-1], the words behind the program's name. Gives the exit code. Reads the environment; the clock is the caller's. */
int cli_run(int argc, char *const *argv, FILE *in, FILE *out, FILE *err, int64_t (*clock)(void));

/* Prints c->e with a hint and gives the exit code that belongs to it. */
int cmd_fail(struct cli *c);
/* The option's value, or NULL. */
const char *cmd_option(const struct cli *c, enum option o);
/* Each of these is true, or c->e is set; asking again is free. */
bool cmd_crypto(struct cli *c);
bool cmd_home(struct cli *c);                     /* c->home, joined or not */
bool cmd_joined(struct cli *c);                   /* c->home, joined: "not_joined" */
bool cmd_client(struct cli *c);                   /* c->client for the home's server and group */
bool cmd_key(struct cli *c);                      /* c->key: --key, or the home's: "no_key" */
bool cmd_trust(struct cli *c);                    /* c->trust: the home's trust file, believed for the home's genesis: "no_trust" */
bool cmd_member(struct cli *c, struct id16 *out); /* --member, or the home's: "not_a_member" */
/* A key file, asking for its passphrase where there is a terminal. NULL with c->e set. */
struct sig_key *cmd_read_key(struct cli *c, const char *path);

/* A time ("2026-...", seconds), a delay or a count given by an option; *out stays when the option is absent. "bad_value" */
bool cmd_time(struct cli *c, enum option o, int64_t *out);
bool cmd_duration(struct cli *c, enum option o, int64_t *out);
bool cmd_count(struct cli *c, enum option o, uint32_t max, uint32_t *out);
/* A whole file, "-" for standard input. */
bool cmd_read_file(struct cli *c, const char *path, size_t max, struct buf *out);
/* To --out (with this mode), or else to standard output. */
bool cmd_write_json(struct cli *c, const json_t *doc);
/* Asks; true for yes or when --yes was given. Without a terminal and without --yes: "not_confirmed". */
bool cmd_confirm(struct cli *c, const char *question);
/* A line of input without its newline. False at its end. */
bool cmd_line(struct cli *c, char *out, size_t size);

/* What a signed payload is: an envelope around a document, which is taken. NULL with c->e set. */
json_t *cmd_sign(struct cli *c, const char *kind, json_t *payload);
/* Digest of an envelope's payload. */
bool cmd_digest(struct cli *c, const char *kind, const json_t *envelope, struct digest *out);
/* Reads an envelope out of a server's answer: member `name` of `doc` (NULL: doc itself). Free with jws_free. */
bool cmd_envelope(struct cli *c, const json_t *doc, const char *name, struct jws *out);
/* {"text", "salt"} of free text, and the digest that stands for it. NULL: out of memory, with c->e set. */
json_t *cmd_free_text(struct cli *c, const char *text, struct digest *digest);
/* Verifies one signature by a notary of a charter that c->trust has (at a time), or of the newest: "not_a_notary", jws_verify's. */
bool cmd_by_notary(struct cli *c, const struct jws *j, const struct charter *charter, int64_t at);
/* The same by a notary of any pinned version, for what was signed before the newest one. */
bool cmd_by_any_notary(struct cli *c, const struct jws *j, int64_t at);
/* Verifies the receipt in a server's answer, for this object, and keeps it. "bad_receipt" */
bool cmd_receipt(struct cli *c, const json_t *answer, const struct digest *object, const json_t *sent);
/* Posts {name: object, text_name: text} (text may be NULL) and keeps the receipt, verified. Gives the answer, or NULL. */
json_t *cmd_post_signed(
	struct cli *c, const char *path, const char *name, json_t *object, const char *kind, const char *text_name, json_t *text);

/* The same with a body that has more beside the object, as {name: object, ...}. */
json_t *cmd_post_body(struct cli *c, const char *path, const json_t *body, const char *name, const char *kind);
/* Meets the challenges that the server sets for what a charter asks of c->key's holder, about this subject (NULL: an application to come),
 * until what was met suffices or there is no more. *ticket (new; may be NULL) goes with the application. The server's errors: "not_found"
 * and "not_allowed" where it sets none; "challenge_missing" (nobody was there to answer), toil_find's. */
bool cmd_meet(struct cli *c, const struct charter *charter, const struct requirement *asked, const struct digest *subject, json_t **ticket);

/* All pages of a list ("/members", "members"), in one new array; or NULL. */
json_t *cmd_pages(struct cli *c, const char *path, const char *name);

/* Fetches trust, checks it against what is pinned and the log's head against the last one seen, and keeps both. "charter_rollback",
 * "charter_fork",
 * "log_forked", trust_parse's. */
bool cmd_refresh(struct cli *c);
/* Checks a head against the last one seen, through the server's proof, and keeps the later one. */
bool cmd_follow_head(struct cli *c, const json_t *head);
/* The lists that go with c->trust: ca.pem and crl.pem. The CRL is verified. */
bool cmd_write_lists(struct cli *c);
/* Takes a certificate that is to be mine: judged under c->trust, of this member and my key; keeps it as gmc.pem. "bad_certificate" */
bool cmd_take_certificate(struct cli *c, struct slice der, const struct id16 *member, const struct sig_key *key, struct gmc_result *out);
/* The key's newest certificate, by the server's list of the member's certificates. "no_certificate" while there is none. */
bool cmd_fetch_certificate(struct cli *c, const struct id16 *member, const struct sig_key *key, struct gmc_result *out);
/* The rule of a question under the newest pinned charter as "2 of 3": the yes votes that its first votes leaf takes of n electors; 0:
 * none. */
uint32_t cmd_votes_needed(const struct charter *c, enum question q, uint32_t n);
/* "1 of 2": yes votes so far, and needed, as a proposal's summary has them; "" when the charter does not show counts. */
enum { VOTES_TEXT = 48 };
void cmd_votes_text(struct cli *c, const json_t *proposal, char out[static VOTES_TEXT]);
/* Who a proposal is about, safe to print: the name, or the first digits of the member. */
void cmd_about(const json_t *proposal, char out[static TERM_SAFE]);
/* The charter of c->trust that counts now: the newest that has come into force. */
const struct charter *cmd_in_force(const struct cli *c);
/* That of another time, by what is pinned now: an open proposal keeps the charter that it was opened under. */
const struct charter *cmd_in_force_at(const struct cli *c, int64_t when);
/* The pinned charter with this digest, refreshing once when it is not known: NULL with "unknown_charter". */
const struct charter *cmd_charter(struct cli *c, const struct digest *charter);

/* "in 2 days", "3 hours ago" of a time as seen from now; "29 Nov 2026". */
void cmd_when(int64_t t, int64_t now, char out[static TIME_WORDS + 16]);
void cmd_date(int64_t t, char out[static 16]);
/* The first characters of a digest or identifier, for people: "sha256:3f9a2c81". */
void cmd_short(const struct digest *d, char out[static 20]);

/* Makes a key and its certification request (PEM). Neither may exist. */
bool cmd_make_key(struct cli *c, const char *key_path, const char *csr_path, const char *name);
/* A proposal as the server shows it, believed: its envelope signed by a notary of its charter, its number, its group, and that its
 * subject is
 * the application, motion or charter beside it. Gives the server's document, or NULL. "wrong_context", "not_a_notary", "bad_answer" ... */
struct ballot_paper {
	json_t *doc; /* owned */
	struct proposal proposal;
	const struct charter *charter; /* of c->trust */
	char about[TERM_SAFE];         /* who or what it is about */
};
/* cmd_post_signed of a vote on it, or a vouch for whom it is about, with its reason: body {name: object, "reason"?}. Where the charter asks
 * for a challenge first, that is met. */
json_t *cmd_post_human(
	struct cli *c, const char *path, const json_t *body, const char *name, const char *kind, const struct ballot_paper *p);
bool cmd_ballot_paper(struct cli *c, uint64_t number, struct ballot_paper *out);
/* A proposal's number as it was typed. "bad_argument" */
bool cmd_number(struct cli *c, const char *s, uint64_t *out);
/* A member by its 32 digits, or by the beginning of them or the name where only one member of the server's list fits. */
/* An envelope of this kind, read as *j, with the key's signature beside those that it has (RFC 7515 section 7.2.1). NULL with c->e set. */
json_t *cmd_cosign(struct cli *c, const char *kind, const json_t *envelope, const struct jws *j);
bool cmd_find_member(struct cli *c, const char *what, struct id16 *out);
void cmd_ballot_paper_free(struct ballot_paper *p);
/* Prints a proposal in full. */
void cmd_ballot_paper_tell(struct cli *c, const struct ballot_paper *p);
/* Prints what an application or proposal asks for, leaf by leaf, and what of it is met. */
void cmd_asks_tell(struct cli *c, const json_t *doc);
/* Votes, keeps the receipt and says so. `reason` may be NULL. With --out the vote is written there and not sent. */
bool cmd_cast(struct cli *c, const struct ballot_paper *p, enum choice choice, const char *reason);
/* Steps through what is open. Gives the exit code. */
int cmd_vote_all(struct cli *c);

/* A charter that a command names: NULL the newest pinned; a number a pinned version; "sha256:..." a draft of the server; else a file,
 * signed or a
 * bare payload ("-" too). Approvals are an array, perhaps empty; nothing of it is believed. Free with signed_charter_free. */
bool cmd_load_charter(struct cli *c, const char *what, struct signed_charter *out);
/* Reads a file that may be a signed charter or a bare payload: its payload's bytes, and the document around them when it is signed (else
 * NULL). */
bool cmd_charter_file(struct cli *c, const char *path, struct buf *payload, json_t **signed_doc);
/* What the server says of a charter that was sent: its digest, the approvals that it has and needs, and what comes next. */
void cmd_tell_draft(struct cli *c, const struct charter *charter, const json_t *answer);
/* Before a charter is approved: prints lint's findings on err, for --members and --turnout, or as many members as c->client says. Errors
 * refuse ("charter_unwise") unless --yes was given; what is found asks for a reason, --because or one typed, which is kept in the home:
 * "reason_missing". */
bool cmd_weigh(struct cli *c, const struct charter *charter);

/* Makes the home that of the link's group, whose charters are seen and hold, and keeps the link (cmd_join.c). "bad_link", "wrong_link",
 * cmd_refresh's. */
bool cmd_pin(struct cli *c, const char *link);
/* c->key: --key, which the home then names, or the home's, which is made when there is none. */
bool cmd_home_key(struct cli *c);
/* Is c->key a founder's of the group? Then the home's member is that one. Asks nobody. */
void cmd_find_founder(struct cli *c);
/* Steps of joining, each fit to be done again (cmd_apply.c). The application: sent, receipt kept. */
bool cmd_apply(struct cli *c);
/* What this folder knew of an application that is over; the next one is a new one. */
void cmd_forget_application(struct cli *c);
/* Asks how the application stands until it is decided or the time to wait is over; then takes what there is to take. Gives the exit code.
 * */
int cmd_await(struct cli *c);
/* The same with one question, and none after it. */
int cmd_collect(struct cli *c);
/* Takes record of the proposal that admitted the member: audited, kept. A server that does not show it is no error. */
bool cmd_take_record(struct cli *c, int64_t proposal, const struct id16 *member);

/* c->trust from --trust, or the home's: EXIT_DONE, or the code of a command that cannot go on (cmd_verify.c). */
int cmd_load_trust(struct cli *c);
int cmd_audit_log(struct cli *c);
/* Follows the log up to the head that the server signs now, from where *l stands (NULL: made, from the beginning; to be freed in any case).
 * `now` measures terms, or is 0. Out: that head. ledger_extend's (the ledger stands where the entry before left it), "log_forked",
 * client's. */
struct ledger;
struct head;
bool cmd_log_follow(struct cli *c, struct ledger **l, struct head *h, int64_t now);

/* Did this member say yes to a proposal, by the vote that is kept in the folder? */
bool cmd_said_yes(struct cli *c, const struct digest *proposal);

int cmd_keygen(struct cli *c);
int cmd_charter_show(struct cli *c);
int cmd_charter_lint(struct cli *c);
int cmd_charter_explain(struct cli *c);
int cmd_charter_decide(struct cli *c);
int cmd_charter_replay(struct cli *c);
int cmd_charter_propose(struct cli *c);
int cmd_charter_approve(struct cli *c);
int cmd_charter_freeze(struct cli *c);
int cmd_charter_take(struct cli *c);
int cmd_join(struct cli *c);
int cmd_status(struct cli *c);
int cmd_proposals(struct cli *c);
int cmd_members(struct cli *c);
int cmd_applications(struct cli *c);
int cmd_withdraw(struct cli *c);
int cmd_word(struct cli *c);
int cmd_vouch(struct cli *c);
int cmd_recover(struct cli *c);
int cmd_object(struct cli *c);
int cmd_candidate(struct cli *c);
int cmd_candidates(struct cli *c);
int cmd_measure(struct cli *c);
int cmd_invite(struct cli *c);
int cmd_seeder(struct cli *c);
int cmd_agent(struct cli *c);
int cmd_ceremony_list(struct cli *c);
int cmd_ceremony_show(struct cli *c);
int cmd_ceremony_join(struct cli *c);
int cmd_ceremony_verify(struct cli *c);
int cmd_vote(struct cli *c);
int cmd_expel(struct cli *c);
int cmd_second(struct cli *c);
int cmd_complain(struct cli *c);
int cmd_complaints(struct cli *c);
int cmd_submit(struct cli *c);
int cmd_fetch(struct cli *c);
int cmd_renew(struct cli *c);
int cmd_revoke(struct cli *c);
int cmd_verify(struct cli *c);
int cmd_audit(struct cli *c);
int cmd_show(struct cli *c);

#endif
