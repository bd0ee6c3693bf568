"""What people see: the site for enterprises, cadres and departments."""
