// MiniKernelDumpTests: raw partition images with a kernel in them are told from noise; what mkdump's converters leave opens as what it is.
using VaQuest.Binary;
using VaQuest.TestKit.Dumps;
using Xunit;

namespace VaQuest.Dumps.Tests.Formats;

public sealed class MiniKernelDumpTests : IDisposable
{
    private const int ImageBytes = 8 << 20;

    private readonly DumpTestFiles _files = new();

    public void Dispose() => _files.Dispose();

    private static byte[] Image(string text, int at = 0x2c1a40, int bytes = ImageBytes)
    {
        byte[] image = new byte[bytes];
        new Random(3).NextBytes(image.AsSpan(0x1000, 0x10000));
        System.Text.Encoding.ASCII.GetBytes(text + "\0").CopyTo(image, at);
        return image;
    }

    private string Refusal(byte[] image)
    {
        string path = _files.Write(image);
        DumpFormatException error = Assert.Throws<DumpFormatException>(() => VmcoreFile.Open(path));
        HostileCheck.AssertSentence(error, path);
        return error.Message;
    }

    [Theory]
    [InlineData("2.6.9-minik")]
    [InlineData("2.4.27")]
    public void TellsAPartitionsImageFromNoise(string release)
    {
        string banner = $"Linux version {release} (root@host) (gcc version 3.3.5) #1 Fri Mar 31 2006";
        Assert.Contains($"raw memory of a Linux {release} machine", Refusal(Image(banner)));
        Assert.Contains("mkd_conv", Refusal(Image(banner)));

        // Across the border of what is read at once.
        Assert.Contains("mkd_conv", Refusal(Image(banner, (256 << 10) - 20)));
        Assert.Contains("not a crash dump VaQuest knows", Refusal(Image("Linux users and version control")));
        Assert.Contains("not a crash dump VaQuest knows", Refusal(Image("Linux version of a text, without digits")));
    }

    [Fact]
    public void DoesNotTakeOtherFilesForMemory()
    {
        string banner = "Linux version 2.6.9 (root@host) (gcc version 3.3.5) #1";
        Assert.Contains("not a crash dump", Refusal(Image(banner, 100, 1 << 20)));
        Assert.Contains("not a crash dump", Refusal(Image(banner, bytes: ImageBytes + 1)));
        byte[] log = Enumerable.Range(0, ImageBytes).Select(i => (byte)(i % 64 == 63 ? '\n' : 'a')).ToArray();
        System.Text.Encoding.ASCII.GetBytes(banner).CopyTo(log, 5000);
        Assert.Contains("not a crash dump", Refusal(log));
    }

    [Fact]
    public void NamesRawMemoryOfNewerKernelsWithoutSendingThemToMkdump()
    {
        string message = Refusal(Image("Linux version 6.1.0-56-cloud-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14)"));
        Assert.Contains("raw memory of a Linux 6.1.0-56-cloud-amd64 machine", message);
        Assert.DoesNotContain("mkd_conv", message);
    }

    /// <summary>mkd2lkcd_i386, mkd2lkcd_x86_64 and mkd_conv left LKCD; elf2lkcd_i386 tells that there was ELF32 of i386 too.</summary>
    [Fact]
    public void ReadsWhatTheConvertersLeave()
    {
        byte[] i386 = new LkcdWriter { Version = 8, WordSize = 4, Machine = "i686", Release = "2.6.9" }.Page(1, Pages.Make(1)).ToArray();
        byte[] x64 = new LkcdWriter { Version = 9, Machine = "x86_64", Release = "2.6.12", Compression = LkcdCompression.Gzip }.Page(1, Pages.Make(1)).ToArray();
        byte[] elf = new ElfVmcoreWriter { Is64 = false, Machine = 3, HeaderSize = 52 }
            .Notes(new NoteWriter().AddPrStatus32(1, 144)).Segment(0x1000, Pages.Make(1), virtualAddress: 0xc0001000).ToArray();
        foreach ((byte[] dump, string format, string architecture) in new[] { (i386, "lkcd", "i386"), (x64, "lkcd", "x86_64"), (elf, "elf", "i386") })
        {
            using Vmcore vmcore = _files.Open(dump);
            Assert.Equal((format, architecture), (vmcore.Format, vmcore.Architecture));
            Pages.AssertReads(vmcore, 0x1000, Pages.Make(1));
        }
    }
}
