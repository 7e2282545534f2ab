/* SPDX-License-Identifier: ISC
 * The commands of gauthctl, and what they share. A command is one function, with one row of the table in gauthctl.c. */
#ifndef AUTHORITY_CTL_H
#define AUTHORITY_CTL_H

#include "authority/acts.h"
#include "authority/read.h"
#include "authority/state_dir.h"
#include "peer/term.h"

/* Exit codes. */
enum { CTL_DONE = 0, CTL_FAILED = 1, CTL_USAGE = 2, CTL_UNAVAILABLE = 5 };

enum ctl_option {
	CTL_STATE,
	CTL_JSON,
	CTL_VERSION,
	CTL_HELP,
	CTL_TEMPLATE,
	CTL_FOUNDER,
	CTL_ADMINISTRATOR,
	CTL_OPERATOR,
	CTL_ALLOW,
	CTL_THRESHOLD,
	CTL_SIGNERS,
	CTL_LIFE,
	CTL_TERM,
	CTL_OVERLAY,
	CTL_URL,
	CTL_PURPOSE,
	CTL_NAMES,
	CTL_ALG,
	CTL_APPROVE,
	CTL_DRAFT,
	CTL_NO_WAIT,
	CTL_KEY,
	CTL_PASSPHRASE,
	CTL_CAUSE,
	CTL_SERIAL,
	CTL_THUMBPRINT,
	CTL_STATUS,
	CTL_FROM,
	CTL_QR,
	CTL_OPTIONS
};
#define CTL_BIT(o) (UINT64_C(1) << (o))

struct ctl_option_row {
	const char *name;  /* without "--" */
	const char *value; /* the word for it in help; NULL: a flag */
	const char *help;
	bool many; /* may be given again */
};
const struct ctl_option_row *ctl_option_row(enum ctl_option o);

enum { CTL_ARGS = 4, CTL_VALUES = 1024 };
/* What a command line said: values in the order in which they came. */
struct ctl_line {
	const char *words[CTL_ARGS]; /* the command's name among them */
	size_t words_n;
	struct {
		enum ctl_option option;
		const char *value; /* "" for a flag */
	} values[CTL_VALUES];
	size_t values_n;
};
/* "unknown_option", "missing_value", "unexpected_value", "option_repeated", "too_many_arguments". */
bool ctl_line_parse(int argc, char *const *argv, struct ctl_line *out, struct err *e);
/* The value of an option, "" of a flag; NULL when it was not given. n: the n-th of those given, from 0. */
const char *ctl_value(const struct ctl_line *l, enum ctl_option o, size_t n);

struct ctl;
struct ctl_command {
	const char *name; /* "group create" */
	int (*run)(struct ctl *c);
	const char *arguments, *help;
	uint64_t takes; /* CTL_BIT of its options, beside those that all have */
	size_t min, max;
};

/* One run. Parts below `e` are made when first asked for, by the functions that follow. */
struct ctl {
	const struct ctl_command *command;
	struct ctl_line line;
	const char *const *args; /* behind the command's name */
	size_t args_n;
	const char *state;
	struct term term;
	struct err e;
	struct log log;
	struct place place;
	struct state_dir dir;
	struct embedded *embedded;         /* ours while nobody else runs the state */
	struct process postmaster, signer; /* started by us, for as long as we need them */
	int signer_said;                   /* what our signer wrote; 0: nothing */
	struct sig_key *notary;
	struct authority a;
	struct worker *w;
};

/* ---- ctl_session.c; false with c->e set */

/* The state: found, or made when `make` is set. Its PostgreSQL answers afterwards: that of a running gauthd, or ours until
 * ctl_close. "state_missing", and what embedded_open and cluster_up say. */
bool ctl_open(struct ctl *c, bool make);
/* A worker, with the notary's key. ctl_open when that was not done. */
bool ctl_worker(struct ctl *c);
/* A worker whose signer answers: that of a running gauthd, or ours until ctl_close. */
bool ctl_signer(struct ctl *c);
/* The group that the first argument names; drafts too when `drafts`. */
bool ctl_group(struct ctl *c, bool drafts, struct group *out);
void ctl_close(struct ctl *c);
/* Waits a moment; false when we were asked to end. */
bool ctl_pause(int64_t ms);

/* ---- ctl_keys.c */

/* A public key out of a file: a JWK, a certification request (verified), or a public key (PEM or DER). Errors: file_read's,
 * "bad_key", csr_verify's. */
bool ctl_public_key(struct crypto *k, const char *path, struct sig_pub *out, struct err *e);
/* "NAME=FILE" or "FILE", whose name without folder and ending is the name then. "bad_value" */
bool ctl_named_file(const char *value, char *name, size_t size, const char **path, struct err *e);
/* A private key, opened with the first line of --passphrase's file where it is encrypted. NULL with c->e: keyfile_read's errors. Free
 * with sig_key_free. */
struct sig_key *ctl_key_file(struct ctl *c, const char *path);
/* The key that --key names, or the administrator's of this state; likewise. */
struct sig_key *ctl_key(struct ctl *c);

/* ---- results */

/* Prints c->e and gives the exit code that belongs to it. */
int ctl_fail(struct ctl *c);
/* Prints a document as the command's result and takes it: all of it with --json, nothing otherwise. NULL: ctl_fail. Gives the exit code. */
int ctl_document(struct ctl *c, json_t *doc);

int ctl_init(struct ctl *c);
int ctl_migrate(struct ctl *c);
int ctl_group_create(struct ctl *c);
int ctl_group_list(struct ctl *c);
int ctl_group_drop(struct ctl *c);
int ctl_group_show(struct ctl *c);
int ctl_key_new(struct ctl *c);
int ctl_member_list(struct ctl *c);
int ctl_member_show(struct ctl *c);
int ctl_member_revoke(struct ctl *c);
int ctl_application_list(struct ctl *c);
int ctl_application_approve(struct ctl *c);
int ctl_application_refuse(struct ctl *c);
int ctl_log(struct ctl *c);
int ctl_doctor(struct ctl *c);

/* ctl_drop.c: takes a group back that was never founded, with its draft and the approvals so far, as the database's owner; its name is
 * free afterwards. *genesis: which one it was. "not_found", "group_founded". */
bool drop_group(struct worker *w, const char *name, struct digest *genesis, struct err *e);

/* ctl_group.c: the link that lets people join, and how to print it. "" for a group without an address. */
bool ctl_join_link(struct ctl *c, const struct group *g, char *out, size_t size);
void ctl_print_link(struct ctl *c, const struct group *g, bool qr);

#endif
