/* SPDX-License-Identifier: ISC
 * System users: who runs what. Started as root, each child is a user of its own; otherwise everything is ourselves. */
#ifndef AUTHORITY_USERS_H
#define AUTHORITY_USERS_H

#include <sys/types.h>

#include "base/err.h"

enum { USER_NAME_MAX = 33 };

struct user {
	char name[USER_NAME_MAX];
	uid_t uid;
	gid_t gid;
};

/* The names that Charterhouse uses. */
extern const char user_daemon[];   /* gauthd */
extern const char user_signer[];   /* gauth-signer */
extern const char user_postgres[]; /* Debian's postgres */

/* "user_missing" */
bool user_find(const char *name, struct user *out, struct err *e);
/* Ourselves, by the effective user. A user without a name is called by its number. */
void user_self(struct user *out);
/* Finds a user, or makes it with useradd --system (we must be root). "user_missing", "command_failed" */
bool user_ensure(const char *name, struct user *out, struct err *e);

#endif
