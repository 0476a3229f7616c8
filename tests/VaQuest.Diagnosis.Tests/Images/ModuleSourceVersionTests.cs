// ModuleSourceVersionTests: the source version is read from a module's .modinfo, and only from there.
using System.Text;
using VaQuest.Binary;
using VaQuest.Binary.Elf;
using VaQuest.Diagnosis.Images;
using VaQuest.TestKit.Elf;
using Xunit;

namespace VaQuest.Diagnosis.Tests.Images;

public sealed class ModuleSourceVersionTests
{
    [Theory]
    [InlineData("license=GPL\0srcversion=533BB7E5866E52F63B9ACCB\0depends=\0", "533BB7E5866E52F63B9ACCB")]
    [InlineData("license=GPL\0alias=srcversion=no\0", null)]
    [InlineData("", null)]
    public void ReadsTheSourceVersion(string info, string? version)
    {
        var writer = new ElfWriter { Type = 1 };
        writer.AddSection(".modinfo", Encoding.ASCII.GetBytes(info));
        Assert.Equal(version, ModuleSourceVersion.Find(ElfImage.Parse(new ByteRegion(writer.Build()), "test.ko")));
    }
}
