/* SPDX-License-Identifier: ISC */
#include "authority/pgbin.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "authority/command.h"
#include "authority/place.h"

enum { ASK_MS = 10000 };

static bool has_program(const char *bin, const char *name)
{
	char path[PLACE_MAX];

	return place_join(path, sizeof(path), bin, name, NULL) && access(path, X_OK) == 0;
}

static bool has_server(const char *bin)
{
	return has_program(bin, "postgres") && has_program(bin, "initdb");
}

static bool debian_bin(int version, char out[static PGBIN_MAX])
{
	snprintf(out, PGBIN_MAX, "/usr/lib/postgresql/%d/bin", version);
	return has_server(out);
}

static bool newest_debian_bin(char out[static PGBIN_MAX])
{
	DIR *d = opendir("/usr/lib/postgresql");
	int best = 0;

	if (d == NULL)
		return false;
	for (const struct dirent *f = readdir(d); f != NULL; f = readdir(d)) {
		int version = atoi(f->d_name);

		if (version > best && debian_bin(version, out))
			best = version;
	}
	closedir(d);
	return best > 0 && debian_bin(best, out);
}

static bool configured_bin(char out[static PGBIN_MAX])
{
	const char *const args[] = { "--bindir", NULL };
	const struct process_options ask = { .name = "pg_config", .path = "/usr/bin/pg_config", .args = args };
	struct buf said = { 0 };
	const char *text;
	bool rc;

	rc = access(ask.path, X_OK) == 0 && command_run(&ask, ASK_MS, &said, NULL);
	text = rc ? buf_cstr(&said) : NULL;
	rc = text != NULL && strlen(text) < PGBIN_MAX;
	if (rc)
		snprintf(out, PGBIN_MAX, "%.*s", (int)strcspn(text, "\n"), text);
	buf_free(&said);
	return rc && has_server(out);
}

/* What data there is decides the version; without data, what the system was told to use, else the newest. */
bool pgbin_find(const char *data, char out[static PGBIN_MAX], struct err *e)
{
	char path[PLACE_MAX];
	int version = 0;
	FILE *f;

	if (!place_join(path, sizeof(path), data, "PG_VERSION", e))
		return false;
	f = fopen(path, "re");
	if (f != NULL) {
		int n = fscanf(f, "%d", &version);

		fclose(f);
		if (n == 1 && debian_bin(version, out))
			return true;
	}
	if (!configured_bin(out) && !newest_debian_bin(out))
		return err_set(e, "no_postgresql",
			"no PostgreSQL server is installed: apt-get install postgresql, or name another by [database] url");
	/* A server of another place than Debian's, or of another version: it says so itself, but too late and in a log. */
	if (version != 0 && newest_debian_bin(out))
		return err_set(e, "cluster_version",
			"%s was made by PostgreSQL %d, which is not installed: install postgresql-%d, or upgrade it with pg_upgrade", data,
			version, version);
	return true;
}
