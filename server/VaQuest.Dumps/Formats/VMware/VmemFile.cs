// VmemFile: the memory image beside a VMware state file.
using VaQuest.Binary;
using VaQuest.Dumps.Storage;

namespace VaQuest.Dumps.Formats.VMware;

/// <summary>Finds the .vmem file of the same name in the same folder: nothing in a dump names other files.</summary>
internal static class VmemFile
{
    /// <summary>Opens it behind the state file: the image begins where the state file ends. Throws when it is not there.</summary>
    public static JoinedSource Open(DumpInput input, string what)
    {
        string path = Path.ChangeExtension(input.Path, ".vmem");
        if (path == input.Path || !File.Exists(path))
        {
            throw new DumpFormatException(
                FormatError.Unsupported, $"the memory of this {what} is in {Path.GetFileName(path)}, which is not beside it; put it there and open this file again");
        }

        return new JoinedSource([input.Source, FileSource.Open(path)]);
    }
}
