// FileModesTests: modes as ls writes them, flags as fcntl.h names them.
using VaQuest.Kernel.Fs;
using Xunit;

namespace VaQuest.Kernel.Tests.Fs;

public sealed class FileModesTests
{
    [Theory]
    [InlineData(0x81a4UL, "-rw-r--r--")]
    [InlineData(0x43ffUL, "drwxrwxrwt")]
    [InlineData(0x89edUL, "-rwsr-xr-x")]
    [InlineData(0x85a4UL, "-rw-r-Sr--")]
    [InlineData(0x2190UL, "crw--w----")]
    public void WritesModesAsLsDoes(ulong mode, string expected) => Assert.Equal(expected, FileModes.TextOf(mode));

    [Theory]
    [InlineData(0UL, "O_RDONLY")]
    [InlineData(0x8402UL, "O_RDWR O_APPEND O_LARGEFILE")]
    [InlineData(0x101001UL, "O_WRONLY O_SYNC")]
    [InlineData(0x1001UL, "O_WRONLY O_DSYNC")]
    [InlineData(0x40000000UL, "O_RDONLY 0x40000000")]
    public void NamesFlags(ulong flags, string expected) => Assert.Equal(expected, string.Join(' ', FileModes.FlagsOf(flags)));
}
