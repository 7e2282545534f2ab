/* SPDX-License-Identifier: ISC */
#include "authority/place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "authority/process.h"
#include "base/digest.h"

enum { TAG = 13, ELSEWHERE_MAX = 1000 };

bool place_join(char *out, size_t size, const char *dir, const char *name, struct err *e)
{
	int n = snprintf(out, size, "%s/%s", dir, name);

	if (n < 0 || (size_t)n >= size)
		return err_set(e, "state_failed", "%s/%s: the path is too long", dir, name);
	return true;
}

bool place_directory(const char *path, const struct user *owner, unsigned mode, struct err *e)
{
	struct stat st;
	bool made = mkdir(path, 0700) == 0;

	if (!made && errno != EEXIST)
		return err_set(e, "state_failed", "%s can not be made: %s", path, strerror(errno));
	if (made && owner->uid != geteuid() && lchown(path, owner->uid, owner->gid) != 0)
		return err_set(e, "state_failed", "%s can not be given to %s: %s", path, owner->name, strerror(errno));
	if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return err_set(e, "state_not_ours", "%s is not a directory", path);
	if (st.st_uid != owner->uid)
		return err_set(e, "state_not_ours",
			"%s belongs to user %u, not to %s: start it as the user who made it, or name another directory", path,
			(unsigned)st.st_uid, owner->name);
	if ((st.st_mode & 07777) != mode && chmod(path, mode) != 0)
		return err_set(e, "state_failed", "%s: chmod: %s", path, strerror(errno));
	return true;
}

/* A name for what lies there, other after it was removed and made again. */
static bool tag_of(const char *path, char out[static TAG])
{
	struct stat st;
	struct digest d;
	char text[PLACE_MAX + 64], hex[65];

	if (stat(path, &st) != 0)
		return false;
	snprintf(text, sizeof(text), "%s %llu %llu", path, (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	digest_of("charterhouse-place", slice_str(text), &d);
	hex_encode(d.b, sizeof(d.b), hex);
	snprintf(out, TAG, "%.12s", hex);
	return true;
}

/* The target of a link, or false. */
static bool link_read(const char *dir, const char *name, char *out, size_t size)
{
	char path[PLACE_MAX];
	ssize_t n;

	if (!place_join(path, sizeof(path), dir, name, NULL))
		return false;
	n = readlink(path, out, size);
	if (n <= 0 || (size_t)n >= size)
		return false;
	out[n] = '\0';
	return true;
}

/* Makes or replaces a link in one step. */
static bool link_write(const char *dir, const char *name, const char *target, struct err *e)
{
	char path[PLACE_MAX], next[PLACE_MAX];

	if (!place_join(path, sizeof(path), dir, name, e) || !place_join(next, sizeof(next), dir, ".link", e))
		return false;
	(void)unlink(next);
	if (symlink(target, next) != 0 || rename(next, path) != 0)
		return err_set(e, "state_failed", "%s: %s", path, strerror(errno));
	return true;
}

static bool reaches(const void *path)
{
	return access(path, X_OK) == 0;
}

/* The first user that can not go into the directory, or NULL. */
static const struct user *unreachable_for(const struct place_options *o, const char *dir)
{
	for (size_t i = 0; i < o->n; i++)
		if (!process_as(&o->users[i], reaches, dir))
			return &o->users[i];
	return NULL;
}

/* Nobody but us may be able to put something into it. */
static bool check_ours(const char *dir, struct err *e)
{
	struct stat st;

	if (lstat(dir, &st) != 0)
		return err_set(e, "state_failed", "%s: %s", dir, strerror(errno));
	if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 02) != 0)
		return err_set(e, "state_not_ours", "%s must be a directory that belongs to us and that nobody else can write to", dir);
	/* A umask of 002 made it so. */
	if ((st.st_mode & 020) != 0 && chmod(dir, st.st_mode & 07757) != 0)
		return err_set(e, "state_failed", "%s: chmod: %s", dir, strerror(errno));
	return true;
}

/* A new directory below the system's, and the link to it. */
static bool place_elsewhere(const char *system, struct place *p, struct err *e)
{
	char tag[TAG], name[TAG + 8];
	struct user self;

	user_self(&self);
	if (!place_directory(system, &self, 0711, e))
		return false;
	if (!tag_of(p->dir, tag))
		return err_set(e, "state_failed", "%s: %s", p->dir, strerror(errno));
	for (unsigned i = 1; i <= ELSEWHERE_MAX; i++) {
		snprintf(name, sizeof(name), i == 1 ? "%s" : "%s-%u", tag, i);
		if (!place_join(p->base, sizeof(p->base), system, name, e))
			return false;
		if (mkdir(p->base, 0711) == 0)
			return place_directory(p->base, &self, 0711, e) && link_write(p->dir, "system", p->base, e);
		if (errno != EEXIST)
			break;
	}
	return err_set(e, "state_failed", "%s can not be made: %s", p->base, strerror(errno));
}

static bool choose_base(const struct place_options *o, struct place *p, struct err *e)
{
	const struct user *who = unreachable_for(o, p->dir);
	char data[PLACE_MAX];

	snprintf(p->base, sizeof(p->base), "%s", p->dir);
	if (link_read(p->dir, "system", p->base, sizeof(p->base))) {
		p->elsewhere = true;
		return check_ours(p->base, e);
	}
	if (who == NULL)
		return true;
	/* What has its data here stays here: a second, empty state would be worse than none. */
	if (place_join(data, sizeof(data), p->dir, "postgres", e) && access(data, F_OK) == 0)
		return err_set(e, "state_unreachable",
			"%s: user %s can not reach it; let others pass (chmod o+x) through each directory above it", p->dir, who->name);
	p->elsewhere = true;
	return place_elsewhere(o->system != NULL ? o->system : "/var/lib/charterhouse", p, e);
}

static bool take_lock(struct place *p, struct err *e)
{
	char path[PLACE_MAX], holder[16] = "";
	int fd;

	if (!place_join(path, sizeof(path), p->base, "lock", e))
		return false;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_set(e, "state_failed", "%s: %s", path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		ssize_t n = read(fd, holder, sizeof(holder) - 1);

		holder[n > 0 ? strcspn(holder, "\n") : 0] = '\0';
		close(fd);
		return err_set(e, "state_busy", "process %s already runs this state (%s); stop it first", holder, p->dir);
	}
	if (ftruncate(fd, 0) != 0 || dprintf(fd, "%d\n", (int)getpid()) < 0) {
		err_set(e, "state_failed", "%s: %s", path, strerror(errno));
		close(fd);
		return false;
	}
	p->lock = fd;
	return true;
}

/* The parent of run directories: short, ours, and not to be written by others. */
static bool runtime_parent(const struct place_options *o, char *out, size_t size, struct err *e)
{
	const char *xdg = getenv("XDG_RUNTIME_DIR");
	struct user self;
	struct stat st;

	user_self(&self);
	if (o->runtime != NULL && strlen(o->runtime) >= size)
		return err_set(e, "state_failed", "%s: too long for a socket's path", o->runtime);
	if (o->runtime != NULL)
		snprintf(out, size, "%s", o->runtime);
	else if (self.uid == 0 && access("/run", W_OK) == 0)
		snprintf(out, size, "/run/charterhouse");
	else if (self.uid != 0 && xdg != NULL && xdg[0] == '/' && strlen(xdg) < 40 && stat(xdg, &st) == 0 && st.st_uid == self.uid)
		snprintf(out, size, "%s/charterhouse", xdg);
	else
		snprintf(out, size, "/tmp/charterhouse-%u", (unsigned)self.uid);
	return place_directory(out, &self, self.uid == 0 ? 0711 : 0700, e);
}

static bool make_run(const struct place_options *o, struct place *p, struct err *e)
{
	char parent[PLACE_RUN_MAX], tag[TAG];
	struct user self;

	user_self(&self);
	if (!runtime_parent(o, parent, sizeof(parent), e))
		return false;
	if (!tag_of(p->base, tag))
		return err_set(e, "state_failed", "%s: %s", p->base, strerror(errno));
	return place_join(p->run, sizeof(p->run), parent, tag, e) && place_directory(p->run, &self, self.uid == 0 ? 0711 : 0700, e) &&
		link_write(p->base, "run", p->run, e);
}

static bool absolute(const char *dir, char *out, size_t size, struct err *e)
{
	char *real = realpath(dir, NULL);
	bool fits = real != NULL && strlen(real) < size / 2;

	if (fits)
		snprintf(out, size, "%s", real);
	else
		err_set(e, real == NULL ? "state_missing" : "state_failed", "%s: %s", dir,
			real == NULL ? strerror(errno) : "the path is too long");
	free(real);
	return fits;
}

bool place_open(const struct place_options *o, struct place *out, struct err *e)
{
	struct place p = { .lock = -1 };

	if (mkdir(o->dir, 0700) == 0 && chmod(o->dir, geteuid() == 0 ? 0711 : 0700) != 0)
		return err_set(e, "state_failed", "%s: chmod: %s", o->dir, strerror(errno));
	if (!absolute(o->dir, p.dir, sizeof(p.dir), e) || !check_ours(p.dir, e) || !choose_base(o, &p, e))
		return false;
	if (!take_lock(&p, e))
		return false;
	if (!make_run(o, &p, e)) {
		place_close(&p);
		return false;
	}
	*out = p;
	return true;
}

bool place_find(const char *dir, struct place *out, struct err *e)
{
	struct place p = { .lock = -1 };

	if (!absolute(dir, p.dir, sizeof(p.dir), e))
		return false;
	snprintf(p.base, sizeof(p.base), "%s", p.dir);
	p.elsewhere = link_read(p.dir, "system", p.base, sizeof(p.base));
	if (!link_read(p.base, "run", p.run, sizeof(p.run)))
		return err_set(e, "state_missing", "%s holds no state yet: `gauthctl init` makes one", dir);
	*out = p;
	return true;
}

void place_close(struct place *p)
{
	if (p->lock >= 0)
		close(p->lock);
	p->lock = -1;
}
