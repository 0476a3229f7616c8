// VmcoreFileTests: what the one way in says about files that are no dumps, and that every error code is met.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.Binary.Files;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests;

public sealed class VmcoreFileTests : IDisposable
{
    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    private DumpFormatException Refusal(byte[] bytes, string suffix = "")
    {
        string path = _files.Write(bytes, suffix);
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => VmcoreFile.Open(path));
        HostileCheck.AssertSentence(error, path);
        return error;
    }

    [Fact]
    public void RejectsMissingFilesDirectoriesAndEmptyFiles()
    {
        string missing = Path.Combine(_files.Folder, "nothing");
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => VmcoreFile.Open(missing));
        Assert.Equal((FormatError.Io, $"{missing} does not exist; check the path"), (error.Error, error.Message));

        error = Assert.Throws<DumpFormatException>(() => VmcoreFile.Open(_files.Folder));
        Assert.Equal((FormatError.Io, $"{_files.Folder} is a directory; give the dump file inside it"), (error.Error, error.Message));
        Assert.Contains("the file is empty", Refusal([]).Message);
    }

    [Fact]
    public void RejectsUnreadableFiles()
    {
        string path = _files.Write([1, 2, 3]);
        if (OperatingSystem.IsWindows() || Environment.UserName == "root")
        {
            // The superuser may read everything: then the sentence itself is what can be checked.
            Assert.Contains("may not be read by this user", FileErrors.Describe(path, new UnauthorizedAccessException()));
            return;
        }

        File.SetUnixFileMode(path, UnixFileMode.None);
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => VmcoreFile.Open(path));
        Assert.Equal(FormatError.Io, error.Error);
        Assert.Contains("may not be read by this user", error.Message);
    }

    [Fact]
    public void SaysWhatAnUnknownFileBeginsWith()
    {
        DumpFormatException error = Refusal("Dear diary, today the kernel crashed."u8.ToArray());
        Assert.Equal(FormatError.NotRecognized, error.Error);
        Assert.Contains("it begins with 44 65 61 72 20 64 69 61 (\"Dear dia\")", error.Message);
        Assert.Contains("it begins with zeros", Refusal(new byte[5000]).Message);
        Assert.Contains("it begins with 4b (\"K\");", Refusal([0x4b]).Message);
    }

    public static TheoryData<string, string> NamedFormats() => new()
    {
        { "d0bed0be", "VMware" },
        { "4c696e75784775657374526563 6f7264", "Xen save file" },
        { "5041474544553634", "Windows" }, { "1f8b08", "gzip" }, { "fd377a585a00", "xz" }, { "28b52ffd", "zstd" },
    };

    [Theory]
    [MemberData(nameof(NamedFormats))]
    public void NamesFormatsThatAreNotRead(string magic, string name)
    {
        byte[] bytes = [.. Convert.FromHexString(magic.Replace(" ", "", StringComparison.Ordinal)), .. new byte[100]];
        DumpFormatException error = Refusal(bytes);
        Assert.Equal(FormatError.Unsupported, error.Error);
        Assert.Contains("this is ", error.Message);
        Assert.Contains(name, error.Message);
    }

    [Fact]
    public void NamesFormatsWithWeakMarks()
    {
        byte[] mcore = Enumerable.Repeat(new byte[] { 0xdd, 0xcc, 0x8b, 0x9a }, 4).SelectMany(word => word).Concat(new byte[100]).ToArray();
        Assert.Contains("mcore", Refusal(mcore).Message);
        Assert.Contains("VMware guest dump", Refusal([5, 0, 0, 0, 2, 0, 0, 0], ".guest").Message);
        Assert.Equal(FormatError.NotRecognized, Refusal([5, 0, 0, 0, 2, 0, 0, 0]).Error);
    }

    [Fact]
    public void NamesElfFilesThatAreNoKernelDumps()
    {
        Assert.Contains("vmlinux", Refusal(new ElfVmcoreWriter { Type = 2 }.Segment(0, new byte[8]).ToArray()).Message);
        Assert.Contains("kernel module", Refusal(new ElfVmcoreWriter { Type = 1 }.Segment(0, new byte[8]).ToArray()).Message);
        NoteWriter user = new NoteWriter().AddPrStatus64(1, 336).Add("CORE", 6, new byte[32]);
        Assert.Contains("user process", Refusal(new ElfVmcoreWriter().Notes(user).Segment(0, new byte[8]).ToArray()).Message);
    }

    [Fact]
    public void StopsWhenCancelled()
    {
        string path = _files.Write(new KdumpWriter().Page(0, Pages.Make(0)).ToArray());
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => VmcoreFile.Open(path, cancellationToken: source.Token));
    }

    [Fact]
    public void MeetsEveryErrorCode()
    {
        var produced = new Dictionary<FormatError, Func<DumpFormatException>>
        {
            [FormatError.Truncated] = () => Refusal("KDUMP   "u8.ToArray()),
            [FormatError.NotRecognized] = () => Refusal([1, 2, 3]),
            [FormatError.BadHeader] = () => Refusal([0x7f, .. "ELF"u8, 9, 9, .. new byte[100]]),
            [FormatError.BadValue] = () => Refusal(new KdumpWriter { Split = (8, 3) }.Page(9, Pages.Make(1)).ToArray()),
            [FormatError.LimitExceeded] = () => Refusal(WithBitmapBlocks(0x40000000)),
            [FormatError.Unsupported] = () => Refusal("PAGEDU64"u8.ToArray()),
            [FormatError.Io] = () => Assert.Throws<DumpFormatException>(() => VmcoreFile.Open(_files.Folder)),
        };

        // Pages that do not decompress have a status of their own; builds are compared above this layer.
        FormatError[] elsewhere = [FormatError.BadCompression, FormatError.Mismatch];
        foreach (FormatError code in Enum.GetValues<FormatError>())
        {
            Assert.True(produced.ContainsKey(code) != elsewhere.Contains(code), $"{code} needs an input that produces it");
            Assert.True(elsewhere.Contains(code) || produced[code]().Error == code, $"{code} is not what its input produces");
        }
    }

    private static byte[] WithBitmapBlocks(uint blocks)
    {
        KdumpWriter writer = new KdumpWriter().Page(0, Pages.Make(0));
        byte[] dump = writer.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(dump.AsSpan((int)writer.Places["bitmap_blocks"]), blocks);
        return dump;
    }
}
