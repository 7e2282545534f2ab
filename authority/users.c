/* SPDX-License-Identifier: ISC */
#include "authority/users.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "authority/command.h"

enum { PASSWD_MAX = 4096, USERADD_MS = 20000 };

const char user_daemon[] = "gauthd";
const char user_signer[] = "gauth-signer";
const char user_postgres[] = "postgres";

static void user_fill(const struct passwd *pw, struct user *out)
{
	memset(out, 0, sizeof(*out));
	snprintf(out->name, sizeof(out->name), "%s", pw->pw_name);
	out->uid = pw->pw_uid;
	out->gid = pw->pw_gid;
}

bool user_find(const char *name, struct user *out, struct err *e)
{
	struct passwd pw, *found = NULL;
	char text[PASSWD_MAX];

	if (strlen(name) >= USER_NAME_MAX || getpwnam_r(name, &pw, text, sizeof(text), &found) != 0 || found == NULL)
		return err_set(e, "user_missing", "there is no system user '%s'", name);
	user_fill(found, out);
	return true;
}

void user_self(struct user *out)
{
	struct passwd pw, *found = NULL;
	char text[PASSWD_MAX];

	if (getpwuid_r(geteuid(), &pw, text, sizeof(text), &found) == 0 && found != NULL && strlen(found->pw_name) < USER_NAME_MAX) {
		user_fill(found, out);
		out->gid = getegid();
		return;
	}
	memset(out, 0, sizeof(*out));
	snprintf(out->name, sizeof(out->name), "%u", (unsigned)geteuid());
	out->uid = geteuid();
	out->gid = getegid();
}

bool user_ensure(const char *name, struct user *out, struct err *e)
{
	const char *const args[] = { "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell",
		"/usr/sbin/nologin", name, NULL };
	const struct process_options add = { .name = "useradd", .path = "/usr/sbin/useradd", .args = args };

	if (user_find(name, out, NULL))
		return true;
	if (geteuid() != 0)
		return err_set(e, "user_missing", "there is no system user '%s', and only root can make it", name);
	/* Two that start at once: the second finds what the first made. */
	if (!command_run(&add, USERADD_MS, NULL, e) && !user_find(name, out, NULL))
		return false;
	err_clear(e);
	return user_find(name, out, e);
}
