// AssemblyInfo: lets the tests see the parts that are no public surface.
using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("VaQuest.Dumps.Tests")]
[assembly: InternalsVisibleTo("VaQuest.Fuzz")]
