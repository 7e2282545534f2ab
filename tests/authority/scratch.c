/* SPDX-License-Identifier: ISC */
#include "tests/authority/scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH = 16, TRIES = 250, PAUSE_US = 20000 };

void scratch_make(char out[static SCRATCH_MAX])
{
	const char *top = getenv("TMPDIR");

	snprintf(out, SCRATCH_MAX, "%s/s-XXXXXX", top != NULL ? top : "/tmp");
	if (mkdtemp(out) == NULL || chmod(out, 0755) != 0)
		abort();
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

void scratch_remove(const char *dir)
{
	(void)nftw(dir, remove_one, DEPTH, FTW_DEPTH | FTW_PHYS);
}

void scratch_path(const char *dir, const char *name, char out[static SCRATCH_MAX])
{
	if (snprintf(out, SCRATCH_MAX, "%s/%s", dir, name) >= SCRATCH_MAX)
		abort();
}

void scratch_read(const char *dir, const char *name, char *out, size_t size)
{
	char path[SCRATCH_MAX];
	size_t n = 0;
	FILE *f;

	scratch_path(dir, name, path);
	f = fopen(path, "re");
	if (f != NULL) {
		n = fread(out, 1, size - 1, f);
		fclose(f);
	}
	out[n] = '\0';
}

bool scratch_wait(const char *dir, const char *name, const char *text)
{
	char now[4096];

	for (int i = 0; i < TRIES; i++) {
		scratch_read(dir, name, now, sizeof(now));
		if (strstr(now, text) != NULL)
			return true;
		usleep(PAUSE_US);
	}
	return false;
}
