/* SPDX-License-Identifier: ISC
 * Runs a fuzz target over its corpus without a fuzzer: every file as it is, cut short, and with single bytes changed. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_MAX = 1 << 20, CHANGES = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* A copy of exactly this size each time, so that a sanitizer sees one byte too many. */
static void run(const uint8_t *p, size_t n)
{
	uint8_t *copy = malloc(n == 0 ? 1 : n);

	if (copy == NULL)
		abort();
	memcpy(copy, p, n);
	LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

static void run_around(uint8_t *p, size_t n)
{
	run(p, n);
	for (size_t i = 0; i < CHANGES && n > 0; i++) {
		size_t at = i * (n - 1) / (CHANGES - 1);
		uint8_t was = p[at];

		run(p, at);
		p[at] = (uint8_t)(was ^ (1U << (i % 8)));
		run(p, n);
		p[at] = was;
	}
}

static int run_file(const char *path)
{
	static uint8_t bytes[FILE_MAX];
	FILE *f = fopen(path, "rbe");
	size_t n;

	if (f == NULL) {
		perror(path);
		return 1;
	}
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	run_around(bytes, n);
	return 0;
}

static int run_folder(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *f;
	size_t n = 0;
	int rc = 0;

	if (d == NULL) {
		perror(path);
		return 1;
	}
	while ((f = readdir(d)) != NULL) {
		char name[4096];

		if (f->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, f->d_name);
		rc |= run_file(name);
		n++;
	}
	closedir(d);
	printf("%s: %zu files\n", path, n);
	return n == 0 ? 1 : rc;
}

int main(int argc, char **argv)
{
	int rc = 0;

	for (int i = 1; i < argc; i++) {
		struct stat st;

		if (stat(argv[i], &st) != 0) {
			perror(argv[i]);
			return 1;
		}
		rc |= S_ISDIR(st.st_mode) ? run_folder(argv[i]) : run_file(argv[i]);
	}
	return rc;
}
