/*
 * pm_tokenizer_map.c
 *		Finds the tokenizer's tables and maps them into memory.
 *
 * A table lies in the file <encoding>.ptok in directory prompt_mgr beside the
 * extension's control file, and is looked for wherever the server would look
 * for that.  Where none is found, or the first one found cannot be used, that
 * is an error; there is no other way to count.
 *
 * Each backend maps a table when it first needs it, verifies all of it once,
 * and keeps it.  The pages are the page cache's, shared by all backends.  A
 * file may be replaced at any time by renaming another over it, as "make
 * install" does: the map goes on showing the old one.
 *
 * A file overwritten in place can lose pages under the map, which kills the
 * process that touches them.  So the file stays open, and before each use it
 * is asked whether it still has the size and time that it was mapped with; if
 * not, the table is looked for anew.  That leaves the moment of use itself.
 */
#include "postgres.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/xact.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "storage/fd.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "pm.h"
#include "pm_tokenizer_map.h"

#define TABLE_DIRECTORY "prompt_mgr"
#define TABLE_SUFFIX ".ptok"
#define LOOK_AGAIN_MS (60 * 1000)
#define TABLE_HINT \
	"On the server's machine run \"make tokenizers\" and \"make install\" in the sources of prompt_mgr."

typedef struct Mapping
{
	void	   *image;			/* NULL: not mapped */
	size_t		size;
	time_t		mtime;
	int			fd;
	TimestampTz missed_at;		/* when it was last looked for in vain, 0: not */
	PmTokenTable table;
} Mapping;

static Mapping mappings[PM_TOKEN_O200K + 1];

static bool is_mapped(Mapping *mapping);
static bool is_unchanged(const Mapping *mapping);
static const char *find_table(PmTokenKind kind, Mapping *mapping, const char **path);
static List *table_files(PmTokenKind kind);
static const char *map_file(const char *path, PmTokenKind kind, Mapping *mapping);
static const char *check_image(PmTokenKind kind, Mapping *mapping);
static void close_mapping(Mapping *mapping);

const PmTokenTable *
pm_tokenizer_map(PmTokenKind kind)
{
	Mapping    *mapping = &mappings[kind];
	const char *problem = NULL;
	const char *path;

	if (!is_mapped(mapping))
		problem = find_table(kind, mapping, &path);
	if (problem != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("tokenizer table of encoding \"%s\" %s", pm_token_kind_name(kind), problem),
				 errdetail("The file is \"%s\".", path),
				 errhint(TABLE_HINT)));
	return &mapping->table;
}

bool
pm_tokenizer_is_there(PmTokenKind kind)
{
	Mapping    *mapping = &mappings[kind];
	TimestampTz now = GetCurrentStatementStartTimestamp();
	const char *path;

	if (is_mapped(mapping))
		return true;
	if (mapping->missed_at != 0 && !TimestampDifferenceExceeds(mapping->missed_at, now, LOOK_AGAIN_MS))
		return false;
	mapping->missed_at = find_table(kind, mapping, &path) == NULL ? 0 : now;
	return mapping->image != NULL;
}

static bool
is_mapped(Mapping *mapping)
{
	if (mapping->image != NULL && !is_unchanged(mapping))
		close_mapping(mapping);
	return mapping->image != NULL;
}

static bool
is_unchanged(const Mapping *mapping)
{
	struct stat st;

	return fstat(mapping->fd, &st) == 0 &&
		(size_t) st.st_size == mapping->size && st.st_mtime == mapping->mtime;
}

/* Maps the first file there is; NULL, or what is wrong with it. */
static const char *
find_table(PmTokenKind kind, Mapping *mapping, const char **path)
{
	List	   *files = table_files(kind);
	ListCell   *cell;

	foreach(cell, files)
	{
		const char *problem;

		*path = lfirst(cell);
		if (access(*path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
			continue;
		problem = map_file(*path, kind, mapping);
		return problem == NULL ? NULL : psprintf("cannot be used: %s", problem);
	}
	return "is not installed";
}

/*
 * Where the file may be, in the order in which the server looks for a control
 * file: below Debian's extension_destdir, then in the directories of
 * extension_control_path, which there is since PostgreSQL 18.
 */
static List *
table_files(PmTokenKind kind)
{
	const char *name = pm_token_kind_name(kind);
	const char *destdir = GetConfigOption("extension_destdir", true, false);
	const char *path = GetConfigOption("extension_control_path", true, false);
	List	   *files = NIL;
	char		share[MAXPGPATH];

	get_share_path(my_exec_path, share);
	if (destdir != NULL && destdir[0] != '\0')
		files = lappend(files, psprintf("%s%s/extension/%s/%s%s", destdir, share,
										TABLE_DIRECTORY, name, TABLE_SUFFIX));
	if (path == NULL || path[0] == '\0')
		path = "$system";
	while (path != NULL)
	{
		const char *separator = first_path_var_separator(path);
		char	   *directory = separator == NULL ? pstrdup(path) : pnstrdup(path, separator - path);

		files = lappend(files, psprintf("%s/extension/%s/%s%s",
										strcmp(directory, "$system") == 0 ? share : directory,
										TABLE_DIRECTORY, name, TABLE_SUFFIX));
		path = separator == NULL ? NULL : separator + 1;
	}
	return files;
}

/*
 * Fills in the mapping and returns NULL, or returns what is wrong with the
 * file.  Nothing here may raise while the file is open.
 */
static const char *
map_file(const char *path, PmTokenKind kind, Mapping *mapping)
{
	const char *problem;
	struct stat st;
	void	   *image;

	if (!AcquireExternalFD())
		return strerror(EMFILE);
	mapping->fd = BasicOpenFile(path, O_RDONLY | PG_BINARY);
	if (mapping->fd < 0)
	{
		problem = strerror(errno);
		ReleaseExternalFD();
		return problem;
	}
	if (fstat(mapping->fd, &st) != 0)
		problem = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		problem = "not a regular file";
	else if (st.st_size <= 0 || (uint64) st.st_size > SIZE_MAX)
		problem = pm_token_status_text(PM_TOKEN_BAD_SIZE);
	else if ((image = mmap(NULL, (size_t) st.st_size, PROT_READ, MAP_SHARED,
						   mapping->fd, 0)) == MAP_FAILED)
		problem = strerror(errno);
	else
	{
		mapping->image = image;
		mapping->size = (size_t) st.st_size;
		mapping->mtime = st.st_mtime;
		problem = check_image(kind, mapping);
	}
	if (problem != NULL)
		close_mapping(mapping);
	return problem;
}

static const char *
check_image(PmTokenKind kind, Mapping *mapping)
{
	PmTokenStatus status = pm_token_open(&mapping->table, mapping->image, mapping->size);

	if (status == PM_TOKEN_OK)
		status = pm_token_verify(&mapping->table);
	if (status != PM_TOKEN_OK)
		return pm_token_status_text(status);
	return mapping->table.kind == kind ? NULL : "table of another encoding";
}

static void
close_mapping(Mapping *mapping)
{
	if (mapping->image != NULL)
		munmap(mapping->image, mapping->size);
	close(mapping->fd);
	ReleaseExternalFD();
	mapping->image = NULL;
}
