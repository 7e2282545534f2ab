/* SPDX-License-Identifier: ISC */
#include "authority/cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "authority/command.h"
#include "authority/pgbin.h"

enum { PORT = 5432, COMMAND_MS = 120000, PID_FILE_MAX = 1024, LOOK_US = 20000, RETRY_US = 200000 };

const char cluster_owner[] = "charterhouse";
const char cluster_daemon[] = "gauthd";
static const char superuser[] = "postgres";

/* Nothing of our own surroundings (PGDATA, PGOPTIONS, a home, a language) may reach PostgreSQL. */
static const char *const clean_env[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL };

struct cluster {
	const struct place *place;
	struct user runs, daemon;
	char bin[PGBIN_MAX];
	char data[PLACE_MAX], log[PLACE_MAX], sockets[PLACE_MAX];
};

/* ---- making it */

/* A file that children can read and nobody can change, at its beginning; -1 with e set. */
static int memory_file(const char *text, struct err *e)
{
	int fd = memfd_create("charterhouse", MFD_CLOEXEC);

	if (fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	err_set(e, "state_failed", "memfd: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool run_program(const struct cluster *c, const char *name, const char *const *args, int in, struct err *e)
{
	char path[PGBIN_MAX + 16];
	const struct process_options o = { .name = name, .path = path, .args = args, .env = clean_env, .as = &c->runs, .in = in };

	snprintf(path, sizeof(path), "%s/%s", c->bin, name);
	return command_run(&o, COMMAND_MS, NULL, e);
}

/* What a start that was killed left behind. The directory above is not the cluster user's, so the last step is ours. */
static bool remove_tree(const struct cluster *c, const char *path, struct err *e)
{
	const char *const args[] = { "-rf", "--", path, NULL };
	const struct process_options rm = { .name = "rm", .path = "/bin/rm", .args = args, .as = &c->runs };

	if (access(path, F_OK) != 0)
		return true;
	(void)command_run(&rm, COMMAND_MS, NULL, NULL);
	if (access(path, F_OK) != 0 || rmdir(path) == 0)
		return true;
	return err_set(e, "state_failed", "%s can not be removed: %s", path, strerror(errno));
}

static bool make_roles(const struct cluster *c, const char *data, struct err *e)
{
	static const char sql[] = "CREATE ROLE charterhouse LOGIN;\n"
				  "CREATE ROLE gauthd LOGIN;\n"
				  "CREATE DATABASE charterhouse OWNER charterhouse TEMPLATE template0;\n"
				  "REVOKE ALL ON DATABASE charterhouse FROM PUBLIC;\n"
				  "GRANT CONNECT ON DATABASE charterhouse TO gauthd;\n";
	const char *const args[] = { "--single", "-D", data, "-c", "exit_on_error=on", "-c", "log_min_messages=warning", superuser, NULL };
	int in = memory_file(sql, e);
	bool rc = in >= 0 && run_program(c, "postgres", args, in, e);

	if (in >= 0)
		close(in);
	return rc;
}

static bool sync_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool rc = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return rc;
}

/* Made under another name and renamed when whole, so that there is never half a cluster. */
static bool make_cluster(const struct cluster *c, struct err *e)
{
	char next[PLACE_MAX];
	const char *const args[] = { "-D", next, "-U", superuser, "--auth-local=peer", "--auth-host=reject", "--encoding=UTF8",
		"--locale=C", "--data-checksums", "--no-instructions", NULL };

	if (!place_join(next, sizeof(next), c->place->base, "postgres.new", e) || !remove_tree(c, next, e) ||
		!place_directory(next, &c->runs, 0700, e) || !run_program(c, "initdb", args, 0, e) || !make_roles(c, next, e))
		return false;
	if (rename(next, c->data) != 0 || !sync_directory(c->place->base))
		return err_set(e, "state_failed", "%s: %s", c->data, strerror(errno));
	return true;
}

/* ---- who may connect: written at each start, beside the sockets, where the cluster's user can not change it */

static bool write_file(const char *path, const char *text, struct err *e)
{
	char next[PLACE_MAX];
	FILE *f;
	bool rc;

	snprintf(next, sizeof(next), "%s.new", path);
	(void)unlink(next);
	f = fopen(next, "wxe");
	rc = f != NULL && fputs(text, f) >= 0;
	if (f != NULL && fclose(f) != 0)
		rc = false;
	if (!rc || chmod(next, 0644) != 0 || rename(next, path) != 0)
		return err_set(e, "state_failed", "%s: %s", path, strerror(errno));
	return true;
}

static bool write_access(const struct cluster *c, struct err *e)
{
	static const char hba[] = "# TYPE DATABASE USER METHOD; nothing else, so nothing comes over a network\n"
				  "local charterhouse charterhouse peer map=charterhouse\n"
				  "local charterhouse gauthd peer map=charterhouse\n"
				  "local all postgres peer map=charterhouse\n";
	char path[PLACE_MAX], ident[512];
	struct user self;

	user_self(&self);
	snprintf(ident, sizeof(ident),
		"# MAP SYSTEM-USER ROLE\ncharterhouse \"%s\" charterhouse\ncharterhouse \"%s\" gauthd\ncharterhouse \"%s\" postgres\n",
		self.name, c->daemon.name, c->runs.name);
	return place_join(path, sizeof(path), c->place->run, "pg_hba.conf", e) && write_file(path, hba, e) &&
		place_join(path, sizeof(path), c->place->run, "pg_ident.conf", e) && write_file(path, ident, e);
}

struct cluster *cluster_open(const struct cluster_options *o, struct err *e)
{
	struct cluster *c = calloc(1, sizeof(*c));
	bool rc;

	if (c == NULL) {
		err_memory(e);
		return NULL;
	}
	c->place = o->place;
	c->runs = *o->runs;
	c->daemon = *o->daemon;
	rc = place_join(c->data, sizeof(c->data), o->place->base, "postgres", e) &&
		place_join(c->log, sizeof(c->log), o->place->base, "postgres.log", e) &&
		place_join(c->sockets, sizeof(c->sockets), o->place->run, "pg", e);
	if (rc && c->runs.uid == 0)
		rc = err_set(e, "state_failed", "PostgreSQL refuses to run as root");
	rc = rc && pgbin_find(c->data, c->bin, e) && place_directory(c->sockets, &c->runs, geteuid() == 0 ? 0711 : 0700, e) &&
		write_access(c, e);
	if (rc)
		rc = access(c->data, F_OK) == 0 ? place_directory(c->data, &c->runs, 0700, e) : make_cluster(c, e);
	if (rc)
		return c;
	cluster_free(c);
	return NULL;
}

void cluster_free(struct cluster *c)
{
	free(c);
}

/* ---- running it */

/* Is this process the postmaster of our data? It works in its data directory (a number alone may have been given away again). */
static bool is_postmaster(const struct cluster *c, pid_t pid)
{
	char link[64], cwd[PLACE_MAX];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/%d/cwd", (int)pid);
	n = readlink(link, cwd, sizeof(cwd) - 1);
	cwd[n > 0 ? n : 0] = '\0';
	return n > 0 && strcmp(cwd, c->data) == 0;
}

/* The process and socket directory of postmaster.pid (lines 1 and 5), if it runs. */
static pid_t find_postmaster(const struct cluster *c, char *sockets, size_t size)
{
	char path[PLACE_MAX], text[PID_FILE_MAX];
	const char *line = text;
	ssize_t n;
	pid_t pid;
	int fd;

	if (!place_join(path, sizeof(path), c->data, "postmaster.pid", NULL))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	pid = (pid_t)strtol(text, NULL, 10);
	for (int i = 1; i < 5 && line != NULL; i++) {
		line = strchr(line, '\n');
		line = line == NULL ? NULL : line + 1;
	}
	snprintf(sockets, size, "%.*s", line == NULL ? 0 : (int)strcspn(line, "\n"), line == NULL ? "" : line);
	return pid > 1 && is_postmaster(c, pid) ? pid : 0;
}

static bool spawn_postmaster(const struct cluster *c, struct process *out, struct err *e)
{
	char path[PGBIN_MAX + 16], sockets[PLACE_MAX + 32], hba[PLACE_MAX], ident[PLACE_MAX];
	const char *const args[] = { "-D", c->data, "-p", "5432", "-c", "listen_addresses=", "-c", sockets, "-c", hba, "-c", ident, "-c",
		"unix_socket_permissions=0777", "-c", "fsync=on", "-c", "full_page_writes=on", "-c", "synchronous_commit=on", "-c",
		"log_checkpoints=off", "-c", "log_timezone=UTC", "-c", "timezone=UTC", "-c", "cluster_name=charterhouse", NULL };
	struct process_options o = { .name = "postgres", .path = path, .args = args, .env = clean_env, .as = &c->runs };
	bool rc;

	snprintf(path, sizeof(path), "%s/postgres", c->bin);
	snprintf(sockets, sizeof(sockets), "unix_socket_directories=%s", c->sockets);
	snprintf(hba, sizeof(hba), "hba_file=%s/pg_hba.conf", c->place->run);
	snprintf(ident, sizeof(ident), "ident_file=%s/pg_ident.conf", c->place->run);
	o.err = open(c->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (o.err < 0)
		return err_set(e, "state_failed", "%s: %s", c->log, strerror(errno));
	o.out = o.err;
	rc = process_spawn(&o, out, e);
	close(o.err);
	return rc;
}

bool cluster_start(struct cluster *c, struct process *out, struct err *e)
{
	char sockets[PLACE_MAX];
	pid_t pid = find_postmaster(c, sockets, sizeof(sockets));

	if (pid == 0)
		return spawn_postmaster(c, out, e);
	if (strcmp(sockets, c->sockets) == 0)
		return process_adopt(pid, out, e);
	(void)kill(pid, SIGINT);
	return err_set(e, "postmaster_elsewhere", "a postmaster (process %d) with its socket in %s was asked to end", (int)pid, sockets);
}

bool cluster_ready(const struct cluster *c)
{
	char conninfo[CLUSTER_CONNINFO_MAX];

	cluster_conninfo(c->place, cluster_owner, conninfo);
	return PQping(conninfo) == PQPING_OK;
}

bool cluster_up(struct cluster *c, int64_t ms, struct process *out, struct err *e)
{
	int64_t end = process_clock() + ms;
	struct process p = { 0 };
	struct err why = { 0 };

	while (process_clock() < end) {
		if (p.pid == 0) {
			err_clear(&why);
			(void)cluster_start(c, &p, &why);
		}
		/* What answers before ours has bound its socket would be somebody else's; ours ends then, and is seen to. */
		if (p.pid != 0 && cluster_ready(c) && !process_wait(&p, 0, NULL)) {
			*out = p;
			return true;
		}
		usleep(LOOK_US);
		if (p.pid != 0 && process_wait(&p, 0, NULL))
			usleep(RETRY_US);
	}
	cluster_stop(&p);
	return err_set(e, "cluster_failed", "PostgreSQL did not come up within %lld s%s%s: see %s", (long long)(ms / 1000),
		why.text[0] != '\0' ? ", " : "", why.text, c->log);
}

void cluster_stop(struct process *postmaster)
{
	process_stop(postmaster, SIGINT, CLUSTER_STOP_MS, NULL);
}

void cluster_conninfo(const struct place *place, const char *role, char out[static CLUSTER_CONNINFO_MAX])
{
	snprintf(out, CLUSTER_CONNINFO_MAX, "host='%s/pg' port=%d dbname=charterhouse user=%s", place->run, PORT, role);
}
