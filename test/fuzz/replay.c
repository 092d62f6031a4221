/*
 * replay.c
 *		Runs a fuzz target over the files that are named, without libFuzzer.
 *
 * Every crash that fuzzing found became a file of the corpus; here they are
 * run again, by any compiler, with its sanitizers.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
	{
		FILE	   *file = fopen(argv[i], "rb");
		uint8_t    *data;
		long		size;

		if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
		{
			fprintf(stderr, "could not read %s\n", argv[i]);
			return 1;
		}
		rewind(file);
		/* exactly as large as the input, so that a read past it is seen */
		data = malloc(size > 0 ? (size_t) size : 1);
		if (data == NULL || fread(data, 1, (size_t) size, file) != (size_t) size)
			return 1;
		fclose(file);
		(void) LLVMFuzzerTestOneInput(data, (size_t) size);
		free(data);
	}
	printf("%s: %d passed, 0 failed\n", argv[0], argc - 1);
	return argc > 1 ? 0 : 1;
}
