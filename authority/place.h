/* SPDX-License-Identifier: ISC
 * Where a state lies: the directory that the operator named, or below the system's state directory when the users that run the
 * parts can not reach it, and a short directory for sockets. */
#ifndef AUTHORITY_PLACE_H
#define AUTHORITY_PLACE_H

#include "authority/users.h"

enum {
	PLACE_MAX = 1024,
	PLACE_RUN_MAX = 72, /* leaves room for "/signer/socket" and "/pg/.s.PGSQL.5432" within the 107 bytes of sun_path */
};

struct place {
	char dir[PLACE_MAX];     /* as named, absolute */
	char base[PLACE_MAX];    /* where the parts keep their data: dir, or what the link "system" in dir names */
	char run[PLACE_RUN_MAX]; /* sockets; the link "run" in base names it */
	bool elsewhere;          /* base is not dir */
	int lock;                /* held while we supervise, or -1 */
};

struct place_options {
	const char *dir;          /* made when missing; its parent must be there */
	const struct user *users; /* who has to reach it */
	size_t n;
	const char *system;  /* NULL: /var/lib/charterhouse */
	const char *runtime; /* NULL: /run/charterhouse as root, else below XDG_RUNTIME_DIR, else /tmp/charterhouse-UID */
};

/* Makes the place ours and locks it against a second supervisor; the lock goes with our process, however it ends.
 * "state_busy" (with the holder), "state_not_ours", "state_unreachable", "state_failed". On success: place_close. */
bool place_open(const struct place_options *o, struct place *out, struct err *e);
/* Where it lies, for others than the supervisor; nothing is made or locked. "state_missing" */
bool place_find(const char *dir, struct place *out, struct err *e);
void place_close(struct place *p);

/* A directory below a place: made when missing, for this user and with this mode. One that is somebody else's is "state_not_ours". */
bool place_directory(const char *path, const struct user *owner, unsigned mode, struct err *e);
/* Joins two parts of a path. "state_failed" when it is too long. */
bool place_join(char *out, size_t size, const char *dir, const char *name, struct err *e);

#endif
